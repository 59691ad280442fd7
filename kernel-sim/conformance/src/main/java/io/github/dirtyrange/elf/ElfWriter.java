package io.github.dirtyrange.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes a static executable for Linux on x86-64: three headers, machine code right behind them,
 * and zeroed memory at another address (elf(5)).
 *
 * <p>The kernel maps the file's headers and code readable and executable at {@link #TEXT}, and the
 * data readable and writable; the stack is not executable.
 */
public final class ElfWriter {

  /** The address at which the file is mapped. */
  public static final long TEXT = 0x400000;

  private static final int FILE_HEADER_BYTES = 64;
  private static final int SEGMENT_HEADER_BYTES = 56;
  private static final int SEGMENTS = 3;
  private static final int HEADER_BYTES = FILE_HEADER_BYTES + SEGMENTS * SEGMENT_HEADER_BYTES;

  /** The address of the first instruction: what code is to be assembled for. */
  public static final long ENTRY = TEXT + HEADER_BYTES;

  private static final short ET_EXEC = 2;
  private static final short EM_X86_64 = 62;
  private static final int PT_LOAD = 1;
  private static final int PT_GNU_STACK = 0x6474E551;
  private static final int READ_EXECUTE = 5;
  private static final int READ_WRITE = 6;
  private static final long PAGE_BYTES = 0x1000;

  private ElfWriter() {}

  /**
   * {@return the bytes of an executable file that starts at the first byte of {@code code}}
   *
   * @param code machine code for the address {@link #ENTRY}
   * @param data the address of the program's memory, a multiple of 4096 beyond the code
   * @param dataBytes how much of it there is; it starts out as zeros
   * @throws IllegalArgumentException if {@code data} is not a page's address, or lies in the code
   */
  public static byte[] executable(byte[] code, long data, long dataBytes) {
    int fileBytes = HEADER_BYTES + code.length;
    if (data % PAGE_BYTES != 0 || data < TEXT + fileBytes) {
      throw new IllegalArgumentException(
          String.format("data at %#x: not a page's address beyond the code", data));
    }
    ByteBuffer file = ByteBuffer.allocate(fileBytes).order(ByteOrder.LITTLE_ENDIAN);
    fileHeader(file);
    segment(file, PT_LOAD, READ_EXECUTE, TEXT, fileBytes, fileBytes);
    segment(file, PT_LOAD, READ_WRITE, data, 0, dataBytes);
    segment(file, PT_GNU_STACK, READ_WRITE, 0, 0, 0);
    file.put(code);
    return file.array();
  }

  private static void fileHeader(ByteBuffer file) {
    file.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    file.putShort(ET_EXEC).putShort(EM_X86_64).putInt(1);
    file.putLong(ENTRY).putLong(FILE_HEADER_BYTES).putLong(0); // no section headers
    file.putInt(0).putShort((short) FILE_HEADER_BYTES);
    file.putShort((short) SEGMENT_HEADER_BYTES).putShort((short) SEGMENTS);
    file.putShort((short) 64).putShort((short) 0).putShort((short) 0);
  }

  private static void segment(
      ByteBuffer file, int type, int flags, long address, long fileBytes, long memoryBytes) {
    file.putInt(type).putInt(flags).putLong(0).putLong(address).putLong(address);
    file.putLong(fileBytes).putLong(memoryBytes).putLong(PAGE_BYTES);
  }
}
