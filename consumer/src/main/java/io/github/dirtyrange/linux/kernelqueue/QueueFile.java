package io.github.dirtyrange.linux.kernelqueue;

import io.github.dirtyrange.kernel.KernelException;
import java.nio.ByteBuffer;

/** The calls on an open {@code pagemap_queue}: an interface, so that tests can be the kernel. */
interface QueueFile extends AutoCloseable {

  /**
   * {@return how many bytes read(2) put into a direct buffer, from its beginning on}
   *
   * @param bytes at most so many
   * @throws KernelException EAGAIN, ESRCH and others
   */
  int read(ByteBuffer into, int bytes);

  /**
   * {@return what ioctl(2) returned}
   *
   * @param argument a direct buffer with the struct
   * @param name names the call in an error
   */
  int ioctl(long request, ByteBuffer argument, String name);

  /** Makes an ioctl(2) without an argument. */
  void ioctl(long request, String name);

  /** {@return whether poll(2) reports something, be it the end, within a time} */
  boolean poll(int millis);

  @Override
  void close();
}
