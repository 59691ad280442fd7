package io.github.dirtyrange.linux.sys;

import java.nio.ByteBuffer;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The C library's calls that are used here; public only because jnr-ffi implements it from outside
 * the package. {@link Sys} has it loaded.
 *
 * <p>Variadic functions are declared with fixed parameters: on the 64-bit Linux ABIs integers
 * travel alike in both, and the variadic path costs twice as much. A function of six parameters has
 * a pointer or buffer among them: jnr-ffi's assembler stubs corrupt the sixth of six integers.
 * Buffers must be direct, and are passed from their position on.
 */
public interface Libc {

  /** open(2) of an existing file. */
  int open(String path, int flags);

  /** openat(2) of an existing file below a folder. */
  int openat(int folder, String path, int flags);

  /** close(2). */
  int close(int fd);

  /** write(2). */
  long write(int fd, ByteBuffer bytes, long count);

  /** read(2) to an address. */
  long read(int fd, long address, long count);

  /** lseek(2). */
  long lseek(int fd, long offset, int whence);

  /** pread(2) to an address. */
  long pread(int fd, long address, long count, long offset);

  /** ioctl(2) whose argument is a number or the address of a struct. */
  int ioctl(int fd, long request, long argument);

  /** fcntl(2) whose argument is a number. */
  int fcntl(int fd, int command, long argument);

  /** flock(2). */
  int flock(int fd, int operation);

  /** mmap(2); a null address lets the kernel choose. */
  long mmap(@Nullable Pointer address, long length, int protection, int flags, int fd, long offset);

  /** munmap(2). */
  int munmap(long address, long length);

  /** mprotect(2). */
  int mprotect(long address, long length, int protection);

  /** madvise(2). */
  int madvise(long address, long length, int advice);

  /** process_vm_readv(2); both vectors are arrays of {@code struct iovec}. */
  long process_vm_readv(
      int pid, ByteBuffer local, long locals, ByteBuffer remote, long remotes, long flags);

  /** A system call without parameters, by number. */
  long syscall(long number);

  /** A system call of one parameter, by number. */
  long syscall(long number, long first);

  /** A system call of two numbers: pidfd_open(2). */
  long syscall(long number, long first, long second);

  /** A system call of three numbers: pidfd_getfd(2). */
  long syscall(long number, long first, long second, long third);

  /** A system call of four numbers: prlimit64(2). */
  long syscall(long number, long first, long second, long third, long fourth);

  /** A system call of five numbers: kcmp(2). */
  long syscall(long number, long first, long second, long third, long fourth, long fifth);

  /** A system call of a struct and four numbers: perf_event_open(2). */
  long syscall(long number, ByteBuffer struct, long second, long third, long fourth, long fifth);

  /** getpagesize(3). */
  int getpagesize();

  /** clock_gettime(2) into a {@code struct timespec}. */
  int clock_gettime(int clock, ByteBuffer time);

  /** poll(2) of an array of {@code struct pollfd}. */
  int poll(ByteBuffer descriptors, long count, int timeoutMillis);

  /** pipe2(2) into two numbers. */
  int pipe2(ByteBuffer ends, int flags);
}
