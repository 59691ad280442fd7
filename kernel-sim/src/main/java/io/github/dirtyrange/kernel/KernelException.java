package io.github.dirtyrange.kernel;

import org.jspecify.annotations.Nullable;

/** A call that the kernel refused, with its error number. */
public sealed class KernelException extends RuntimeException permits MemoryGoneException {

  private static final long serialVersionUID = 1L;

  private final Errno errno;
  private final int number;
  private final String remedy;

  /** Makes the exception of a listed error; {@code call} names the call and what it was for. */
  public KernelException(Errno errno, String call) {
    this(errno, errno.number(), call);
  }

  private KernelException(Errno errno, int number, String call) {
    this(
        errno,
        number,
        call + ": " + errno.message() + " (" + (errno == Errno.OTHER ? number : errno) + ")",
        "",
        null);
  }

  /** Makes the exception with a message as it is. */
  KernelException(
      Errno errno, int number, String message, String remedy, @Nullable Throwable cause) {
    super(message, cause);
    this.errno = errno;
    this.number = number;
    this.remedy = remedy;
  }

  /** {@return an error whose number was chosen here, so that its text would say nothing more} */
  public static KernelException saying(Errno errno, String message) {
    return new KernelException(errno, errno.number(), message, "", null);
  }

  /** {@return the exception of a raw error number} */
  public static KernelException ofNumber(int number, String call) {
    return new KernelException(Errno.of(number), number, call);
  }

  /**
   * Refuses a call where something about it is wrong.
   *
   * @param call names the call, for people
   * @throws KernelException with the error if so
   */
  public static void refuseIf(boolean wrong, Errno errno, String call) {
    if (wrong) {
      throw new KernelException(errno, call);
    }
  }

  /** {@return the same error, which says what would allow the call} */
  public KernelException needing(String remedy) {
    return new KernelException(errno, number, getMessage() + "; needs " + remedy, remedy, this);
  }

  /** {@return what would allow the call, where the message says that; otherwise empty} */
  public String remedy() {
    return remedy;
  }

  /** {@return the error, {@link Errno#OTHER} if it is not a listed one} */
  public Errno errno() {
    return errno;
  }

  /** {@return the error's number} */
  public int number() {
    return number;
  }
}
