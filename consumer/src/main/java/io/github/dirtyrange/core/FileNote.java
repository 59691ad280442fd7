package io.github.dirtyrange.core;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * NT_FILE: which files are mapped where. A debugger takes from them what is not in the core, and
 * finds the program and its libraries by them.
 */
final class FileNote {

  static final int NT_FILE = 0x46494c45;

  private static final int HEADER_BYTES = 2 * Long.BYTES;
  private static final int ENTRY_BYTES = 3 * Long.BYTES;

  /** The kernel's own notes end at 4 MiB. */
  private static final int MOST_BYTES = 64 << 20;

  private FileNote() {}

  /** {@return whether a mapping's name is that of a file} */
  static boolean names(SavedMapping mapping) {
    return mapping.name().startsWith("/");
  }

  /**
   * {@return the note, nothing where no file is mapped}
   *
   * @throws SavedException if it were longer than 64 MiB
   */
  static byte[] of(SavedMemory memory) throws SavedException {
    List<SavedMapping> files = memory.mappings().stream().filter(FileNote::names).toList();
    if (files.isEmpty()) {
      return new byte[0];
    }
    long bytes = HEADER_BYTES;
    for (SavedMapping file : files) {
      bytes += ENTRY_BYTES + name(file).length;
    }
    if (bytes > MOST_BYTES) {
      throw new SavedException(
          SavedFault.Kind.INDEX,
          memory.title() + " names files in " + bytes + " bytes, more than a core can");
    }
    NoteBytes note = new NoteBytes();
    note.add(NT_FILE, said(memory.pageSize(), files, (int) bytes));
    return note.toBytes();
  }

  private static ByteBuffer said(int pageSize, List<SavedMapping> files, int bytes) {
    ByteBuffer block = NoteBytes.block(bytes).putLong(files.size()).putLong(pageSize);
    for (SavedMapping file : files) {
      block.putLong(file.startVpn() * pageSize).putLong(file.endVpn() * pageSize);
      block.putLong(Long.divideUnsigned(file.offset(), pageSize));
    }
    files.forEach(file -> block.put(name(file)));
    return block;
  }

  /** With a zero at its end, and none before. */
  private static byte[] name(SavedMapping file) {
    return (file.name().replace('\0', '?') + '\0').getBytes(StandardCharsets.UTF_8);
  }
}
