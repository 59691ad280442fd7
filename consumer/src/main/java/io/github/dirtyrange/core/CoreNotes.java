package io.github.dirtyrange.core;

import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.ProcessNotes;
import io.github.dirtyrange.kernel.ThreadRegisters;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a core says of a process besides its memory, as bytes that can be kept beside that: ELF
 * notes, of each thread NT_PRSTATUS and NT_FPREGSET, then NT_PRPSINFO and NT_AUXV, laid out as on
 * x86-64. {@link CoreFile} puts them into a core.
 *
 * <p>Some 900 bytes a thread. Times, pending and blocked signals are not told, and are 0.
 */
public final class CoreNotes {

  // linux/elf.h
  static final int NT_PRSTATUS = 1;
  static final int NT_FPREGSET = 2;
  static final int NT_PRPSINFO = 3;
  static final int NT_AUXV = 6;

  // linux/elfcore.h: struct elf_prstatus
  private static final int STATUS_SIGNAL_NUMBER = 0;
  private static final int STATUS_CURRENT_SIGNAL = 12;
  private static final int STATUS_PID = 32;
  private static final int STATUS_PARENT = 36;
  private static final int STATUS_GROUP = 40;
  private static final int STATUS_SESSION = 44;
  private static final int STATUS_GENERAL = 112;
  private static final int STATUS_HAS_FLOATING = 328;
  private static final int STATUS_BYTES = 336;

  // linux/elfcore.h: struct elf_prpsinfo
  private static final int INFO_STATE_LETTER = 1;
  private static final int INFO_NICE = 3;
  private static final int INFO_UID = 16;
  private static final int INFO_GID = 20;
  private static final int INFO_PID = 24;
  private static final int INFO_PARENT = 28;
  private static final int INFO_GROUP = 32;
  private static final int INFO_SESSION = 36;
  private static final int INFO_NAME = 40;
  private static final int INFO_ARGUMENTS = 56;
  private static final int INFO_BYTES = 136;

  private CoreNotes() {}

  /**
   * {@return the notes of a process that stands still; nothing where its kernel tells no registers}
   *
   * @throws io.github.dirtyrange.kernel.MemoryGoneException if its memory has gone
   */
  public static Optional<byte[]> of(TrackedProcess process, Frozen frozen) {
    List<ThreadRegisters> threads = frozen.registers();
    return threads.isEmpty()
        ? Optional.empty()
        : process.notes().map(notes -> CoreNotes.of(notes, threads));
  }

  /** {@return the notes of a process and its threads} A debugger shows the first thread first. */
  public static byte[] of(ProcessNotes process, List<ThreadRegisters> threads) {
    NoteBytes notes = new NoteBytes();
    for (ThreadRegisters thread : threads) {
      notes.add(NT_PRSTATUS, status(process, thread));
      if (thread.floating().hasRemaining()) {
        notes.add(NT_FPREGSET, thread.floating());
      }
    }
    notes.add(NT_PRPSINFO, information(process));
    notes.add(NT_AUXV, process.auxiliary());
    return notes.toBytes();
  }

  private static ByteBuffer status(ProcessNotes process, ThreadRegisters thread) {
    return NoteBytes.block(STATUS_BYTES)
        .putInt(STATUS_SIGNAL_NUMBER, thread.signal())
        .putShort(STATUS_CURRENT_SIGNAL, (short) thread.signal())
        .putInt(STATUS_PID, thread.tid())
        .putInt(STATUS_PARENT, process.parent())
        .putInt(STATUS_GROUP, process.group())
        .putInt(STATUS_SESSION, process.session())
        .putInt(STATUS_HAS_FLOATING, thread.floating().hasRemaining() ? 1 : 0)
        .position(STATUS_GENERAL)
        .put(thread.general());
  }

  /** The state is that of a process that runs, as the kernel has it in its cores. */
  private static ByteBuffer information(ProcessNotes process) {
    ByteBuffer block =
        NoteBytes.block(INFO_BYTES)
            .put(INFO_STATE_LETTER, (byte) 'R')
            .put(INFO_NICE, (byte) process.nice())
            .putInt(INFO_UID, process.uid())
            .putInt(INFO_GID, process.gid())
            .putInt(INFO_PID, process.pid())
            .putInt(INFO_PARENT, process.parent())
            .putInt(INFO_GROUP, process.group())
            .putInt(INFO_SESSION, process.session());
    block.put(INFO_NAME, cut(process.name(), INFO_ARGUMENTS - INFO_NAME));
    block.put(INFO_ARGUMENTS, cut(process.arguments(), INFO_BYTES - INFO_ARGUMENTS));
    return block;
  }

  /** {@return as much of a text as leaves room for a zero behind it} */
  private static byte[] cut(String text, int room) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(bytes, Math.min(bytes.length, room - 1));
  }
}
