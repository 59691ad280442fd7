package io.github.dirtyrange.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the registers of a thread hold that stands still, as a debugger would see them (ptrace(2)),
 * on x86-64. The bytes are copied when this is made, and handed out to be read only, little-endian.
 *
 * @param tid the thread's number
 * @param signal the signal that it was about to take when it was stopped, and takes when it goes
 *     on; 0 for none
 * @param general {@value #GENERAL_BYTES} bytes, {@code struct user_regs_struct}: 27 numbers of
 *     eight bytes, r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi,
 *     orig_rax, rip, cs, eflags, rsp, ss, fs_base, gs_base, ds, es, fs, gs. In rax is what a system
 *     call that was cut short is to return, or how the kernel begins it again (-512 to -516);
 *     orig_rax is its number, -1 outside of calls
 * @param floating {@value #FLOATING_BYTES} bytes, {@code struct user_fpregs_struct}: what FXSAVE
 *     writes, of x87 and SSE; none where the kernel gave none
 */
public record ThreadRegisters(int tid, int signal, ByteBuffer general, ByteBuffer floating) {

  /** Bytes of the general registers. */
  public static final int GENERAL_BYTES = 216;

  /** Bytes of the registers of floating point. */
  public static final int FLOATING_BYTES = 512;

  /**
   * Copies the bytes.
   *
   * @throws IllegalArgumentException if there are more or fewer than said
   */
  public ThreadRegisters {
    int bytes = floating.remaining();
    if (general.remaining() != GENERAL_BYTES || (bytes != FLOATING_BYTES && bytes != 0)) {
      throw new IllegalArgumentException(
          "registers of " + general.remaining() + " and " + bytes + " bytes");
    }
    general = copy(general);
    floating = copy(floating);
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip().asReadOnlyBuffer();
  }

  @Override
  public ByteBuffer general() {
    return general.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public ByteBuffer floating() {
    return floating.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }
}
