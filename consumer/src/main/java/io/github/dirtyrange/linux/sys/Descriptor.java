package io.github.dirtyrange.linux.sys;

import io.github.dirtyrange.kernel.Errno;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** An open file descriptor that this process owns; closing it again does nothing. */
public final class Descriptor implements AutoCloseable {

  private int fd;
  private boolean locked;

  private Descriptor(int fd) {
    this.fd = fd;
  }

  /** Opens a file; {@code flags} are O_RDONLY or O_WRONLY, close-on-exec is added. */
  public static Descriptor open(String path, int flags) {
    return new Descriptor(Sys.check(Sys.libc().open(path, flags | Abi.O_CLOEXEC), "open " + path));
  }

  /** Opens a file below a folder that is open, which {@code name} names in an error. */
  public static Descriptor openAt(Descriptor folder, String path, int flags, String name) {
    int fd = Sys.libc().openat(folder.number(), path, flags | Abi.O_CLOEXEC);
    return new Descriptor(Sys.check(fd, "open " + name + "/" + path));
  }

  /** Takes over a descriptor that a call returned, or throws that call's error if it is -1. */
  public static Descriptor of(long result, String call) {
    return new Descriptor((int) Sys.check(result, call));
  }

  /** {@return the descriptor's number} Throws {@link IllegalStateException} after close. */
  public int number() {
    if (fd < 0) {
      throw new IllegalStateException("used after close");
    }
    return fd;
  }

  /** {@return what pread(2) returned: bytes read, 0 at the end} */
  public long pread(long address, long count, long offset, String call) {
    return Sys.check(Sys.libc().pread(number(), address, count, offset), call);
  }

  /** {@return what lseek(2) returned: an offset, or -1, of which {@link Sys#errno} says why} */
  public long seek(long offset, int whence) {
    return Sys.libc().lseek(number(), offset, whence);
  }

  /** {@return what read(2) returned: bytes read, 0 at the end} */
  public long read(long address, long count, String call) {
    return Sys.check(Sys.libc().read(number(), address, count), call);
  }

  /** {@return whether there is something to read, or the end, within a time} */
  public boolean awaitReadable(int millis) {
    ByteBuffer pollfd = Sys.struct(2 * Integer.BYTES).putInt(0, number());
    pollfd.putShort(Integer.BYTES, Abi.POLLIN);
    return Sys.libc().poll(pollfd, 1, millis) > 0;
  }

  /** Writes a short text in one call. */
  public void write(String text, String call) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer buffer = Sys.struct(bytes.length).put(bytes).flip();
    Sys.check(Sys.libc().write(number(), buffer, bytes.length), call);
  }

  /** {@return what ioctl(2) returned} */
  public int ioctl(long request, long argument, String call) {
    return Sys.check(Sys.libc().ioctl(number(), request, argument), call);
  }

  /**
   * {@return whether this is the only open file of its name that is locked so (flock(2))} The lock
   * ends when this is closed, or when this process ends.
   */
  public boolean lock() {
    if (Sys.libc().flock(number(), Abi.LOCK_EX | Abi.LOCK_NB) == 0) {
      locked = true;
      return true;
    }
    // EAGAIN: somebody has it.
    if (Sys.errno() != Errno.EAGAIN.number()) {
      throw Sys.failure("flock");
    }
    return false;
  }

  /**
   * Sets the signal that readiness of the open file would be told by (F_SETSIG), for all who have
   * it open; 0 for the usual one.
   */
  public void setSignal(int signal) {
    Sys.check(Sys.libc().fcntl(number(), Abi.F_SETSIG, signal), "F_SETSIG");
  }

  /** {@return the signal that readiness of the open file would be told by (F_GETSIG)} */
  public int signal() {
    return Sys.check(Sys.libc().fcntl(number(), Abi.F_GETSIG, 0), "F_GETSIG");
  }

  @Override
  public void close() {
    if (fd >= 0) {
      if (locked) {
        // A child that has not executed its program yet has the descriptor, and the lock, too.
        Sys.libc().flock(fd, Abi.LOCK_UN);
      }
      // A failing close(2) has released the descriptor all the same.
      Sys.libc().close(fd);
      fd = -1;
    }
  }
}
