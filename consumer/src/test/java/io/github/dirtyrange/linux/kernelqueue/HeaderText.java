package io.github.dirtyrange.linux.kernelqueue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The structs and constants of a C text: a header, or the synopsis of a manual page. All members
 * are of 64 bits, or a {@code struct page_region}.
 *
 * @param offsets where each member lies, as {@code pmq_open.size}, in order
 * @param sizes of the structs, in bytes
 * @param constants of {@code #define}, ioctl numbers packed as {@code _IOC} does
 */
record HeaderText(
    Map<String, Integer> offsets, Map<String, Integer> sizes, Map<String, Long> constants) {

  private static final int REGION_BYTES = 24;

  private static final Pattern STRUCT =
      Pattern.compile("struct (\\w+) \\{(.*?)\\};", Pattern.DOTALL);
  private static final Pattern MEMBER = Pattern.compile("(__u64|struct page_region)\\s+(\\w+);");
  private static final Pattern FLAG =
      Pattern.compile("#define\\s+(PMQ_\\w+)\\s+\\(1ULL << (\\d+)\\)");
  private static final Pattern CALL =
      Pattern.compile(
          "#define\\s+(PAGEMAP_QUEUE_\\w+)\\s+_IO(W|WR)?\\('f', (\\d+)(?:, struct (\\w+))?\\)");

  static HeaderText parse(String text) {
    String plain = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL).matcher(text).replaceAll("");
    Map<String, Integer> offsets = new LinkedHashMap<>();
    Map<String, Integer> sizes = new LinkedHashMap<>();
    for (MatchResult struct : STRUCT.matcher(plain).results().toList()) {
      int offset = 0;
      Matcher members = MEMBER.matcher(struct.group(2));
      while (members.find()) {
        offsets.put(struct.group(1) + "." + members.group(2), offset);
        offset += members.group(1).equals("__u64") ? Long.BYTES : REGION_BYTES;
      }
      sizes.put(struct.group(1), offset);
    }
    Map<String, Long> constants = new LinkedHashMap<>();
    FLAG.matcher(plain)
        .results()
        .forEach(flag -> constants.put(flag.group(1), 1L << Integer.parseInt(flag.group(2))));
    CALL.matcher(plain)
        .results()
        .forEach(call -> constants.put(call.group(1), number(call, sizes)));
    return new HeaderText(offsets, sizes, constants);
  }

  private static long number(MatchResult call, Map<String, Integer> sizes) {
    long direction = call.group(2) == null ? 0 : call.group(2).equals("W") ? 1 : 3;
    long bytes = call.group(4) == null ? 0 : sizes.getOrDefault(call.group(4), -1);
    return direction << 30 | bytes << 16 | (long) 'f' << 8 | Long.parseLong(call.group(3));
  }
}
