package io.github.dirtyrange.kernel;

/** The error numbers that the interface's calls fail with, by Linux's names and x86-64 values. */
public enum Errno {
  EPERM(1, "Operation not permitted"),
  ENOENT(2, "No such file or directory"),
  ESRCH(3, "No such process"),
  EINTR(4, "Interrupted system call"),
  EIO(5, "Input/output error"),
  ENXIO(6, "No such device or address"),
  E2BIG(7, "Argument list too long"),
  EBADF(9, "Bad file descriptor"),
  EAGAIN(11, "Resource temporarily unavailable"),
  ENOMEM(12, "Cannot allocate memory"),
  EACCES(13, "Permission denied"),
  EFAULT(14, "Bad address"),
  EBUSY(16, "Device or resource busy"),
  EEXIST(17, "File exists"),
  EINVAL(22, "Invalid argument"),
  EMFILE(24, "Too many open files"),
  ENOTTY(25, "Inappropriate ioctl for device"),
  ENOSYS(38, "Function not implemented"),
  EOPNOTSUPP(95, "Operation not supported"),
  ENOTRECOVERABLE(131, "State not recoverable"),
  /** Any other number. */
  OTHER(0, "Unlisted error");

  private final int number;
  private final String message;

  Errno(int number, String message) {
    this.number = number;
    this.message = message;
  }

  /** {@return the number that the kernel uses} */
  public int number() {
    return number;
  }

  /** {@return the wording that perror(3) uses} */
  public String message() {
    return message;
  }

  /** {@return the constant for a number, {@link #OTHER} where none is listed} */
  public static Errno of(int number) {
    for (Errno errno : values()) {
      if (errno.number == number) {
        return errno;
      }
    }
    return OTHER;
  }
}
