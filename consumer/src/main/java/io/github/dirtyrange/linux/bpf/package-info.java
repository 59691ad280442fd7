/**
 * Programs in the kernel (BPF) that record what changes a process's pages, as it happens: the types
 * of the running kernel ({@link io.github.dirtyrange.linux.bpf.Btf}), the table of functions that
 * are hooked ({@link io.github.dirtyrange.linux.bpf.Hooks}), the code that is put there, and the
 * ring that records come by.
 *
 * <p>Everything goes by bpf(2): nothing is compiled, and nothing needs to be installed. It knows
 * {@code linux.sys} and {@code kernel} alone; what is made of the records is another room's.
 */
@NullMarked
package io.github.dirtyrange.linux.bpf;

import org.jspecify.annotations.NullMarked;
