package io.github.dirtyrange.linux.sys;

import com.kenai.jffi.MemoryIO;
import io.github.dirtyrange.kernel.KernelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/**
 * The C library, loaded when first used, with what every call needs: its error turned into a {@link
 * KernelException}, and native memory as direct buffers. A direct buffer is read at memory speed on
 * every JDK, where reads through a jnr {@code Pointer} are not.
 */
public final class Sys {

  /** Loads the library; a class of its own so that {@code Sys} alone loads nothing native. */
  private static final class Loaded {
    static final Libc LIBC;
    static final Runtime RUNTIME;

    static {
      // jnr-ffi's assembler stubs corrupt the sixth of six integers; read when jnr first loads.
      System.setProperty("jnr.ffi.x86asm.enabled", "false");
      LIBC = LibraryLoader.create(Libc.class).load("c");
      RUNTIME = Runtime.getRuntime(LIBC);
    }
  }

  private Sys() {}

  /** {@return the C library} */
  public static Libc libc() {
    return Loaded.LIBC;
  }

  /** {@return the errno of this thread's last call that failed} */
  public static int errno() {
    return Loaded.RUNTIME.getLastError();
  }

  /**
   * {@return the result of a call, if it is not -1} Otherwise throws the error, naming the call.
   */
  public static int check(int result, String call) {
    if (result == -1) {
      throw failure(call);
    }
    return result;
  }

  /**
   * {@return the result of a call, if it is not -1} Otherwise throws the error, naming the call.
   */
  public static long check(long result, String call) {
    if (result == -1) {
      throw failure(call);
    }
    return result;
  }

  /** {@return the last failure of this thread as an exception} */
  public static KernelException failure(String call) {
    return KernelException.ofNumber(errno(), call);
  }

  /** {@return new zeroed memory for structs, in the byte order of the machine} */
  public static ByteBuffer struct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /** {@return the address of a direct buffer's first byte} */
  public static long address(ByteBuffer direct) {
    return MemoryIO.getInstance().getDirectBufferAddress(direct);
  }

  /** {@return mapped memory as a buffer, in the byte order of the machine; it does not own it} */
  public static ByteBuffer view(long address, int bytes) {
    return MemoryIO.getInstance()
        .newDirectByteBuffer(address, bytes)
        .order(ByteOrder.nativeOrder());
  }
}
