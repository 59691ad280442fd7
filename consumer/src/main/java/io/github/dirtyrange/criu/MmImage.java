package io.github.dirtyrange.criu;

import com.google.protobuf.CodedInputStream;
import io.github.dirtyrange.saved.PageText;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import io.github.dirtyrange.saved.SavedMapping;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code mm-PID.img}: a process's mappings, and where its parts lie. */
final class MmImage {

  static final int START_CODE = 1 << Wire.NUMBER;
  static final int START_STACK = 5 << Wire.NUMBER;
  static final int VMAS = 14 << Wire.NUMBER | Wire.BYTES;

  static final int VMA_START = 1 << Wire.NUMBER;
  static final int VMA_END = 2 << Wire.NUMBER;
  static final int VMA_PGOFF = 3 << Wire.NUMBER;
  static final int VMA_SHMID = 4 << Wire.NUMBER;
  static final int VMA_PROT = 5 << Wire.NUMBER;
  static final int VMA_FLAGS = 6 << Wire.NUMBER;
  static final int VMA_STATUS = 7 << Wire.NUMBER;
  static final int VMA_FD = 8 << Wire.NUMBER;

  /** Linux allows 65,530 unless told otherwise. */
  private static final int MOST_VMAS = 1 << 21;

  private static final int START = 0;
  private static final int END = 1;
  private static final int NUMBERS = 7;

  private final Path file;
  private final List<Vma> vmas = new ArrayList<>();
  private long startCode;
  private long startStack;
  private boolean isThere;

  /**
   * What is read of it.
   *
   * @param startCode address of the program's code: another process, or another program in it, has
   *     another one
   * @param startStack address of the stack's bottom, likewise
   * @param vmas the mappings, ascending, none overlapping another
   */
  record Mm(long startCode, long startStack, List<Vma> vmas) {}

  private MmImage(Path file) {
    this.file = file;
  }

  /**
   * Reads one.
   *
   * @throws SavedException if it is missing or damaged, or mappings overlap or do not ascend
   */
  static Mm read(Path file) throws SavedException {
    MmImage image = new MmImage(file);
    ImageFile.read(file, ImageKind.MM, (record, in) -> image.mm(in));
    if (!image.isThere) {
      throw new SavedException(Kind.INDEX, file + " is damaged: it has no mappings");
    }
    return new Mm(image.startCode, image.startStack, List.copyOf(image.vmas));
  }

  private void mm(CodedInputStream in) throws IOException {
    isThere = true;
    Wire.fields(
        in,
        tag -> {
          switch (tag) {
            case START_CODE -> startCode = in.readUInt64();
            case START_STACK -> startStack = in.readUInt64();
            case VMAS -> vma(in);
            default -> in.skipField(tag);
          }
        });
  }

  private void vma(CodedInputStream in) throws IOException {
    long[] numbers = new long[NUMBERS];
    Wire.nested(
        in,
        tag -> {
          int place = (tag >>> Wire.NUMBER) - 1;
          if ((tag & ~(-1 << Wire.NUMBER)) == Wire.VARINT && place < NUMBERS) {
            numbers[place] = in.readRawVarint64();
          } else {
            in.skipField(tag);
          }
        });
    add(numbers);
  }

  private void add(long[] numbers) throws SavedException {
    long start = numbers[START] >>> Format.PAGE_SHIFT;
    long end = numbers[END] >>> Format.PAGE_SHIFT;
    boolean whole = numbers[START] % Format.PAGE == 0 && numbers[END] % Format.PAGE == 0;
    if (!whole || start >= end || end > SavedMapping.END_VPN) {
      throw damaged(Kind.INDEX, "a mapping is of no pages, or of parts of them", numbers);
    }
    if (!vmas.isEmpty() && start < vmas.get(vmas.size() - 1).endVpn()) {
      throw damaged(Kind.ORDER, "a mapping is not behind the one before", numbers);
    }
    if (vmas.size() == MOST_VMAS) {
      throw damaged(Kind.INDEX, "there are too many mappings", numbers);
    }
    int at = END + 1;
    vmas.add(
        new Vma(
            start,
            end,
            numbers[at++],
            numbers[at++],
            (int) numbers[at++],
            (int) numbers[at++],
            (int) numbers[at]));
  }

  private SavedException damaged(Kind kind, String what, long[] numbers) {
    return new SavedException(
        kind,
        file
            + " is damaged: "
            + what
            + ": "
            + PageText.pages(
                numbers[START] >>> Format.PAGE_SHIFT, numbers[END] >>> Format.PAGE_SHIFT));
  }
}
