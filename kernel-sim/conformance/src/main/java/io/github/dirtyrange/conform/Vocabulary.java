package io.github.dirtyrange.conform;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableBiMap;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Linux's names for the numbers that an argument takes: one of several, or some of several bits.
 */
final class Vocabulary {

  private static final Splitter BITS = Splitter.on('|');
  private static final Vocabulary NONE = new Vocabulary(true, ImmutableBiMap.of());
  private static final Vocabulary CATEGORIES = categories();

  /** By the name of the record component. */
  private static final Map<String, Vocabulary> ALL =
      Map.ofEntries(
          Map.entry("protection", bits("READ", 1, "WRITE", 2, "EXEC", 4)),
          Map.entry("mapFlags", mapFlags()),
          Map.entry("remapFlags", bits("MAYMOVE", 1, "FIXED", 2, "DONTUNMAP", 4)),
          Map.entry("advice", advice()),
          Map.entry("uffdMode", bits("MISSING", 1, "WP", 2, "MINOR", 4)),
          Map.entry("protectMode", bits("WP", 1, "DONTWAKE", 2)),
          Map.entry("scanFlags", bits("WP_MATCHING", 1, "CHECK_WPASYNC", 2)),
          Map.entry("vec", scanVec()),
          Map.entry("features", features()),
          Map.entry("inverted", CATEGORIES),
          Map.entry("required", CATEGORIES),
          Map.entry("anyOf", CATEGORIES),
          Map.entry("returned", CATEGORIES));

  private final boolean combines;
  private final ImmutableBiMap<String, Long> numbers;

  private Vocabulary(boolean combines, ImmutableBiMap<String, Long> numbers) {
    this.combines = combines;
    this.numbers = numbers;
  }

  /** {@return the names for the argument of that name; none for plain numbers} */
  static Vocabulary of(String argument) {
    return ALL.getOrDefault(argument, NONE);
  }

  /** {@return the number by its names, what has none in hexadecimal} */
  String toText(long number) {
    if (!combines) {
      String name = numbers.inverse().get(number);
      return name == null ? Long.toString(number) : name;
    }
    StringJoiner text = new StringJoiner("|");
    long rest = number;
    for (Map.Entry<String, Long> bit : numbers.entrySet()) {
      if ((number & bit.getValue()) != 0) {
        text.add(bit.getKey());
        rest &= ~bit.getValue();
      }
    }
    if (rest != 0 || number == 0) {
      text.add(plain(rest));
    }
    return text.toString();
  }

  /**
   * {@return the number that a text stands for}
   *
   * @throws NumberFormatException if a part is neither a name nor a number
   */
  long toNumber(String text) {
    long number = 0;
    for (String part : BITS.split(text)) {
      Long named = numbers.get(part);
      number |= named == null ? parse(part) : named;
    }
    return number;
  }

  private static long parse(String text) {
    return text.startsWith("0x")
        ? Long.parseUnsignedLong(text.substring(2), 16)
        : Long.parseLong(text);
  }

  private static String plain(long number) {
    return number >= 0 && number < 10 ? Long.toString(number) : "0x" + Long.toHexString(number);
  }

  private static Vocabulary bits(Object... namesAndNumbers) {
    return new Vocabulary(true, table(namesAndNumbers));
  }

  private static ImmutableBiMap<String, Long> table(Object... namesAndNumbers) {
    ImmutableBiMap.Builder<String, Long> table = ImmutableBiMap.builder();
    for (int i = 0; i < namesAndNumbers.length; i += 2) {
      Number number = (Number) namesAndNumbers[i + 1];
      table.put((String) namesAndNumbers[i], number.longValue());
    }
    return table.buildOrThrow();
  }

  private static Vocabulary mapFlags() {
    return bits(
        "SHARED", X64Abi.MAP_SHARED,
        "PRIVATE", X64Abi.MAP_PRIVATE,
        "FIXED", X64Abi.MAP_FIXED,
        "ANONYMOUS", X64Abi.MAP_ANONYMOUS,
        "GROWSDOWN", X64Abi.MAP_GROWSDOWN,
        "NORESERVE", X64Abi.MAP_NORESERVE,
        "POPULATE", X64Abi.MAP_POPULATE,
        "HUGETLB", X64Abi.MAP_HUGETLB,
        "FIXED_NOREPLACE", X64Abi.MAP_FIXED_NOREPLACE);
  }

  private static Vocabulary advice() {
    ImmutableBiMap.Builder<String, Long> names = ImmutableBiMap.builder();
    for (Madvise.Advice advice : Madvise.Advice.values()) {
      names.put(advice.name(), (long) advice.number());
    }
    return new Vocabulary(false, names.buildOrThrow());
  }

  private static Vocabulary scanVec() {
    ImmutableBiMap.Builder<String, Long> names = ImmutableBiMap.builder();
    for (ScanVec vec : ScanVec.values()) {
      names.put(vec.name(), (long) vec.number());
    }
    return new Vocabulary(false, names.buildOrThrow());
  }

  private static Vocabulary features() {
    return bits(
        "EVENT_FORK", X64Abi.UFFD_FEATURE_EVENT_FORK,
        "EVENT_REMAP", X64Abi.UFFD_FEATURE_EVENT_REMAP,
        "EVENT_REMOVE", X64Abi.UFFD_FEATURE_EVENT_REMOVE,
        "EVENT_UNMAP", X64Abi.UFFD_FEATURE_EVENT_UNMAP,
        "WP_UNPOPULATED", X64Abi.UFFD_FEATURE_WP_UNPOPULATED,
        "WP_ASYNC", X64Abi.UFFD_FEATURE_WP_ASYNC);
  }

  private static Vocabulary categories() {
    ImmutableBiMap.Builder<String, Long> names = ImmutableBiMap.builder();
    for (long bit = 1; bit <= Categories.ACCESSED; bit <<= 1) {
      names.put(Categories.toString(bit), bit);
    }
    return new Vocabulary(true, names.buildOrThrow());
  }
}
