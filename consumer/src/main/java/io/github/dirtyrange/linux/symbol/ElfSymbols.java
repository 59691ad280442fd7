package io.github.dirtyrange.linux.symbol;

import io.github.dirtyrange.linux.sys.PrintableName;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import it.unimi.dsi.fastutil.longs.LongArrays;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The functions of an ELF file, by its table of symbols, or of dynamic symbols where it was
 * stripped of the other.
 *
 * <p>Whatever is in the file, this throws nothing, and takes time and memory in proportion to
 * {@link #MOST_SYMBOLS} and {@link #MOST_NAMES_BYTES} at most.
 */
final class ElfSymbols {

  /** A table of 24 MiB; libLLVM has 0.2 million, a browser about as many as this. */
  static final int MOST_SYMBOLS = 1 << 20;

  /** What lies beyond has no name. */
  static final int MOST_NAMES_BYTES = 32 << 20;

  private static final int MOST_NAME_BYTES = 4096;
  private static final int SYMBOLS_A_READ = 1 << 12;

  // Elf64_Sym
  private static final int SYMBOL_BYTES = 24;
  private static final int ST_INFO = 4;
  private static final int ST_SHNDX = 6;
  private static final int ST_VALUE = 8;
  private static final int ST_SIZE = 16;
  private static final int TYPE_BITS = 0xf;
  private static final int STT_FUNC = 2;
  private static final int STT_GNU_IFUNC = 10;

  /** Before an address so many may end that begin within the function that it is in. */
  private static final int MOST_LOOKS_BACK = 16;

  private final @Nullable ElfLayout layout;
  private final LongArrayList values = new LongArrayList();
  private final LongArrayList sizes = new LongArrayList();
  private final IntArrayList names = new IntArrayList();
  private final int[] order;
  private final ByteBuffer texts;

  private ElfSymbols(FileBytes file) {
    layout = ElfLayout.read(file);
    ElfLayout.Table symbols = layout == null ? null : layout.symbols();
    ElfLayout.Table strings = layout == null ? null : layout.names();
    if (symbols == null || strings == null) {
      order = new int[0];
      texts = ByteBuffer.allocate(0);
    } else {
      readSymbols(file, symbols);
      order = sorted(values);
      texts = file.read(strings.offset(), (int) Math.min(MOST_NAMES_BYTES, strings.bytes()));
    }
  }

  /** {@return those of a file, none if it is no ELF file} */
  static ElfSymbols read(FileBytes file) {
    return new ElfSymbols(file);
  }

  private void readSymbols(FileBytes file, ElfLayout.Table table) {
    long count = Math.min(MOST_SYMBOLS, table.bytes() / SYMBOL_BYTES);
    int got = SYMBOLS_A_READ;
    for (long i = 0; i < count && got == SYMBOLS_A_READ; i += SYMBOLS_A_READ) {
      int some = (int) Math.min(SYMBOLS_A_READ, count - i);
      ByteBuffer read = file.read(table.offset() + i * SYMBOL_BYTES, some * SYMBOL_BYTES);
      got = read.limit() / SYMBOL_BYTES;
      for (int symbol = 0; symbol < got; symbol++) {
        add(read, symbol * SYMBOL_BYTES);
      }
    }
    values.trim();
    sizes.trim();
    names.trim();
  }

  private void add(ByteBuffer symbols, int at) {
    int type = symbols.get(at + ST_INFO) & TYPE_BITS;
    boolean function = type == STT_FUNC || type == STT_GNU_IFUNC;
    if (function && symbols.getShort(at + ST_SHNDX) != 0) {
      values.add(symbols.getLong(at + ST_VALUE));
      sizes.add(symbols.getLong(at + ST_SIZE));
      names.add(symbols.getInt(at));
    }
  }

  private static int[] sorted(LongArrayList values) {
    int[] order = new int[values.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    LongArrays.radixSortIndirect(order, values.elements(), 0, order.length, true);
    return order;
  }

  /** {@return the name of the function at an offset of the file; empty if none is known} */
  String name(long offset) {
    long address = layout == null ? -1 : layout.addressOf(offset);
    int place = address == -1 ? -1 : covering(address);
    if (place < 0) {
      return "";
    }
    String best = text(order[place]);
    long begin = values.getLong(order[place]);
    for (int looks = 1; looks < MOST_LOOKS_BACK && place >= looks; looks++) {
      int other = order[place - looks];
      if (values.getLong(other) != begin) {
        break;
      }
      best = better(best, text(other));
    }
    return best;
  }

  /** {@return the place in the order of the last symbol that covers an address; -1 if none does} */
  private int covering(long address) {
    int last = lastAtOrBefore(address);
    for (int place = last; place >= 0 && place > last - MOST_LOOKS_BACK; place--) {
      long size = sizes.getLong(order[place]);
      boolean open = size == 0 && place == last;
      if (open || Long.compareUnsigned(address - values.getLong(order[place]), size) < 0) {
        return place;
      }
    }
    return -1;
  }

  private int lastAtOrBefore(long address) {
    int low = 0;
    int high = order.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (values.getLong(order[middle]) <= address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** {@return of two names of one function, the one with fewer underscores before it} */
  private static String better(String one, String other) {
    return !other.isEmpty() && (one.isEmpty() || underscores(other) < underscores(one))
        ? other
        : one;
  }

  private static int underscores(String name) {
    int count = 0;
    while (count < name.length() && name.charAt(count) == '_') {
      count++;
    }
    return count;
  }

  private String text(int symbol) {
    long from = Integer.toUnsignedLong(names.getInt(symbol));
    if (from >= texts.limit()) {
      return "";
    }
    int at = (int) from;
    int end = at;
    while (end < texts.limit() && end - at < MOST_NAME_BYTES && texts.get(end) != 0) {
      end++;
    }
    ByteBuffer name = texts.duplicate().position(at).limit(end);
    return PrintableName.of(StandardCharsets.UTF_8.decode(name).toString());
  }

  /** {@return how many functions there are} */
  int count() {
    return order.length;
  }

  /** {@return the memory that they take, in bytes} */
  long memoryBytes() {
    return texts.capacity() + (2L * Long.BYTES + 2L * Integer.BYTES) * order.length;
  }
}
