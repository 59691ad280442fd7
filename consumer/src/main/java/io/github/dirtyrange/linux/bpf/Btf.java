package io.github.dirtyrange.linux.bpf;

import static java.util.Objects.requireNonNull;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The types and functions of a kernel, as it describes them itself: BPF Type Format
 * (include/uapi/linux/btf.h). A program that goes by it fits the kernel that runs, whatever its
 * version and configuration.
 */
public final class Btf {

  /** The running kernel's. */
  public static final Path RUNNING = Path.of("/sys/kernel/btf/vmlinux");

  private static final int MAGIC = 0xeb9f;
  private static final int HEADER_BYTES = 24;

  /** What a pointer takes, and each argument of a function in a program's context. */
  private static final int WORD_BYTES = 8;

  /** No type of a kernel is a member of a member of a member so often. */
  private static final int DEEPEST = 32;

  /** {@code BTF_KIND_*}, in the order of their numbers. */
  private enum Kind {
    VOID,
    INT,
    PTR,
    ARRAY,
    STRUCT,
    UNION,
    ENUM,
    FWD,
    TYPEDEF,
    VOLATILE,
    CONST,
    RESTRICT,
    FUNC,
    FUNC_PROTO,
    VAR,
    DATASEC,
    FLOAT,
    DECL_TAG,
    TYPE_TAG,
    ENUM64;

    private static final Kind[] ALL = values();

    static Kind of(int info) {
      int number = (info >>> 24) & 31;
      if (number >= ALL.length) {
        throw malformed("a type of kind " + number);
      }
      return ALL[number];
    }

    /** {@return how many bytes follow a type of that kind and its twelve} */
    int moreBytes(int count) {
      return switch (this) {
        case INT, VAR, DECL_TAG -> 4;
        case ARRAY -> 12;
        case STRUCT, UNION, DATASEC, ENUM64 -> 12 * count;
        case ENUM, FUNC_PROTO -> 8 * count;
        default -> 0;
      };
    }
  }

  private static final int TYPE_BYTES = 12;

  private static final long FNV_BASIS = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  /**
   * A member of a struct.
   *
   * @param offsetBytes from the struct's beginning
   * @param bytes its size
   */
  record Member(int offsetBytes, int bytes) {}

  private final ByteBuffer bytes;
  private final int strings;
  private final int[] offsets;

  /** Of each kind that is looked for by name, types by the hashes of their names. */
  private final Map<Kind, Long2IntOpenHashMap> named = new EnumMap<>(Kind.class);

  private Btf(ByteBuffer bytes) {
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.limit() < HEADER_BYTES || (bytes.getShort(0) & 0xffff) != MAGIC) {
      throw malformed("no header");
    }
    int header = bytes.getInt(4);
    int types = header + bytes.getInt(8);
    int typeBytes = bytes.getInt(12);
    strings = header + bytes.getInt(16);
    int stringBytes = bytes.getInt(20);
    requireInside(types, typeBytes);
    requireInside(strings, stringBytes);
    for (Kind kind : List.of(Kind.STRUCT, Kind.ENUM, Kind.FUNC, Kind.TYPEDEF)) {
      named.put(kind, new Long2IntOpenHashMap());
    }
    offsets = index(types, types + typeBytes);
  }

  private void requireInside(int start, int count) {
    if (start < 0 || count < 0 || start > bytes.limit() - count) {
      throw malformed("a part of it is missing");
    }
  }

  private static KernelException malformed(String how) {
    return new KernelException(Errno.EINVAL, "reading the kernel's types (BTF): " + how);
  }

  /**
   * Reads the running kernel's types.
   *
   * @throws KernelException EOPNOTSUPP where it tells none, EINVAL where they cannot be understood
   */
  public static Btf running() {
    return read(RUNNING);
  }

  /** Reads a file of types. */
  static Btf read(Path file) {
    try {
      return of(ByteBuffer.wrap(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw untold();
    }
  }

  /** {@return the error of a kernel that tells no types} */
  static KernelException untold() {
    return new KernelException(Errno.EOPNOTSUPP, "reading the kernel's types, " + RUNNING)
        .needing("a kernel with CONFIG_DEBUG_INFO_BTF, and /sys mounted");
  }

  /** Reads types from memory. */
  static Btf of(ByteBuffer bytes) {
    return new Btf(bytes);
  }

  /** Finds where each type is, and the names of those that are looked for by name. */
  private int[] index(int start, int end) {
    int[] found = new int[(end - start) / TYPE_BYTES + 1];
    int count = 1;
    int at = start;
    while (at < end) {
      if (at > end - TYPE_BYTES) {
        throw malformed("the last type is cut");
      }
      Kind kind = Kind.of(word(at + 4));
      Long2IntOpenHashMap names = named.get(kind);
      if (names != null) {
        names.putIfAbsent(hash(word(at)), count);
      }
      found[count++] = at;
      at += TYPE_BYTES + kind.moreBytes(count(at));
    }
    return Arrays.copyOf(found, count);
  }

  private int count(int at) {
    return word(at + 4) & 0xffff;
  }

  private int word(int at) {
    if (at < 0 || at > bytes.limit() - Integer.BYTES) {
      throw malformed("it ends too soon");
    }
    return bytes.getInt(at);
  }

  private byte character(int at) {
    if (at < 0 || at >= bytes.limit()) {
      throw malformed("a name ends too late");
    }
    return bytes.get(at);
  }

  /** FNV-1a of 64 bits: a kernel has some ten thousand names of a kind. */
  private long hash(int offset) {
    long hash = FNV_BASIS;
    int at = strings + offset;
    for (byte next = character(at); next != 0; next = character(++at)) {
      hash = (hash ^ next) * FNV_PRIME;
    }
    return hash;
  }

  private static long hash(String name) {
    long hash = FNV_BASIS;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ (byte) name.charAt(i)) * FNV_PRIME;
    }
    return hash;
  }

  private boolean isNamed(int nameOffset, String name) {
    int at = strings + nameOffset;
    for (int i = 0; i < name.length(); i++) {
      if (character(at + i) != name.charAt(i)) {
        return false;
      }
    }
    return character(at + name.length()) == 0;
  }

  private OptionalInt find(Kind kind, String name) {
    int id = requireNonNull(named.get(kind)).get(hash(name));
    return id != 0 && isNamed(word(at(id)), name) ? OptionalInt.of(id) : OptionalInt.empty();
  }

  /** {@return the number of a function's type, by which a program is attached to it} */
  public OptionalInt function(String name) {
    return find(Kind.FUNC, name);
  }

  /** {@return the number of a tracepoint's type, by which a program is attached to it} */
  public OptionalInt tracepoint(String name) {
    return find(Kind.TYPEDEF, "btf_trace_" + name);
  }

  /** {@return how many parameters a function has} */
  int parameters(int function) {
    return count(at(type(at(function))));
  }

  /**
   * {@return a member of a struct, looked for in members without names as well; nothing if there is
   * no such struct, or it has none}
   *
   * @param path its name; behind a point, that of a member of it
   */
  Optional<Member> member(String struct, String path) {
    OptionalInt id = find(Kind.STRUCT, struct);
    return id.isPresent() ? member(id.getAsInt(), path, 0) : Optional.empty();
  }

  private Optional<Member> member(int id, String path, int depth) {
    int point = path.indexOf('.');
    String name = point < 0 ? path : path.substring(0, point);
    int at = at(resolved(id));
    Kind kind = Kind.of(word(at + 4));
    if ((kind != Kind.STRUCT && kind != Kind.UNION) || depth > DEEPEST) {
      return Optional.empty();
    }
    // With kind_flag the upper byte of a member's offset is the length of a bit field.
    boolean hasBitFields = word(at + 4) < 0;
    for (int i = 0; i < count(at); i++) {
      int member = at + TYPE_BYTES + 12 * i;
      int bits = word(member + 8) & (hasBitFields ? 0xffffff : -1);
      int its = word(member);
      int type = word(member + 4);
      if (isNamed(its, name) && point < 0) {
        return Optional.of(new Member(bits / Byte.SIZE, size(type, 0)));
      }
      Optional<Member> inner = Optional.empty();
      if (isNamed(its, "")) {
        inner = member(type, path, depth + 1);
      } else if (isNamed(its, name)) {
        inner = member(type, path.substring(point + 1), depth + 1);
      }
      if (inner.isPresent()) {
        return Optional.of(
            new Member(bits / Byte.SIZE + inner.get().offsetBytes(), inner.get().bytes()));
      }
    }
    return Optional.empty();
  }

  private int size(int id, int depth) {
    int at = at(id);
    return switch (Kind.of(word(at + 4))) {
      case INT, STRUCT, UNION, ENUM, ENUM64, FLOAT -> word(at + 8);
      case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG ->
          depth > DEEPEST ? WORD_BYTES : size(type(at), depth + 1);
      default -> WORD_BYTES;
    };
  }

  /** {@return the type behind names and qualifiers} */
  private int resolved(int id) {
    int result = id;
    for (int i = 0; i < DEEPEST; i++) {
      int at = at(result);
      switch (Kind.of(word(at + 4))) {
        case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG -> result = type(at);
        default -> {
          return result;
        }
      }
    }
    return result;
  }

  private int type(int at) {
    return word(at + 8);
  }

  private int at(int id) {
    if (id <= 0 || id >= offsets.length) {
      throw malformed("type " + id + " is not there");
    }
    return offsets[id];
  }

  /** {@return the value of a constant of an enumeration} */
  OptionalInt constant(String enumeration, String name) {
    OptionalInt id = find(Kind.ENUM, enumeration);
    if (id.isEmpty()) {
      return OptionalInt.empty();
    }
    int at = at(id.getAsInt());
    for (int i = 0; i < count(at); i++) {
      int constant = at + TYPE_BYTES + 8 * i;
      if (isNamed(word(constant), name)) {
        return OptionalInt.of(word(constant + 4));
      }
    }
    return OptionalInt.empty();
  }

  /** {@return how many types there are} */
  int types() {
    return offsets.length - 1;
  }
}
