/**
 * Stops threads of another process for a moment: to open a userfaultfd in it, or to hold all of it
 * still.
 *
 * <p>The stopping is not done by this process but by a helper, a small program of machine code
 * ({@link io.github.dirtyrange.linux.arm.HelperProgram}) in a session of its own: it blocks all
 * signals, needs no run-time system, and whatever it holds is let go by the kernel when it ends,
 * however it ends. Here is decided which thread is stopped, and what the helper is to do with it.
 */
@NullMarked
package io.github.dirtyrange.linux.arm;

import org.jspecify.annotations.NullMarked;
