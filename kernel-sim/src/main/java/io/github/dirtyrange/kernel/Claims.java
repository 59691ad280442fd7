package io.github.dirtyrange.kernel;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which laws a queue design or a strategy claims to keep.
 *
 * @param always the laws that every drain keeps
 * @param afterExactScan the laws that hold only once an exact scan has followed
 * @param notOfFiles of these, the laws that are not kept of memory with a file behind it ({@link
 *     MemoryKind#FILE_BACKED}), which calls on the file change unseen
 */
public record Claims(Set<Law> always, Set<Law> afterExactScan, Set<Law> notOfFiles) {

  /** Copies the sets. */
  public Claims {
    always = Set.copyOf(always);
    afterExactScan = Set.copyOf(afterExactScan);
    notOfFiles = Set.copyOf(notOfFiles);
  }

  /** {@return claims of laws that always hold} */
  public static Claims always(Law... laws) {
    return new Claims(setOf(laws), Set.of(), Set.of());
  }

  /** {@return claims of every law but these} */
  public static Claims allBut(Law... laws) {
    Set<Law> rest = EnumSet.allOf(Law.class);
    rest.removeAll(setOf(laws));
    return new Claims(rest, Set.of(), Set.of());
  }

  /** {@return the same, but for these laws} */
  public Claims without(Law... laws) {
    Set<Law> gone = setOf(laws);
    return new Claims(minus(always, gone), minus(afterExactScan, gone), minus(notOfFiles, gone));
  }

  private static Set<Law> minus(Set<Law> laws, Set<Law> gone) {
    return laws.stream().filter(law -> !gone.contains(law)).collect(Collectors.toSet());
  }

  /** {@return the same, and these laws after an exact scan} */
  public Claims andAfterExactScan(Law... laws) {
    return new Claims(always, setOf(laws), notOfFiles);
  }

  /** {@return the same, but for these laws where a file is behind the memory} */
  public Claims butOfFiles(Law... laws) {
    return new Claims(always, afterExactScan, setOf(laws));
  }

  /** {@return what both keep: of who does now one thing, now the other} */
  public Claims and(Claims other) {
    Set<Law> alwaysBoth = both(always, other.always);
    Set<Law> kept = both(union(always, afterExactScan), union(other.always, other.afterExactScan));
    return new Claims(alwaysBoth, minus(kept, alwaysBoth), union(notOfFiles, other.notOfFiles));
  }

  private static Set<Law> both(Set<Law> laws, Set<Law> others) {
    return laws.stream().filter(others::contains).collect(Collectors.toSet());
  }

  private static Set<Law> union(Set<Law> laws, Set<Law> others) {
    return Stream.concat(laws.stream(), others.stream()).collect(Collectors.toSet());
  }

  /** {@return whether a law is kept of a kind of memory, if only after an exact scan} */
  public boolean keeps(Law law, MemoryKind kind) {
    boolean kept = always.contains(law) || afterExactScan.contains(law);
    return kept && !(kind == MemoryKind.FILE_BACKED && notOfFiles.contains(law));
  }

  /** {@return for people: "L1 L3 L5, after an exact scan L2; of files not L1"} */
  @Override
  public String toString() {
    return notOfFiles.isEmpty() ? kept() : kept() + "; of files not " + labels(notOfFiles);
  }

  private String kept() {
    StringJoiner text = new StringJoiner(", after an exact scan ");
    if (!always.isEmpty() || afterExactScan.isEmpty()) {
      text.add(labels(always));
    }
    return (afterExactScan.isEmpty() ? text : text.add(labels(afterExactScan))).toString();
  }

  private static Set<Law> setOf(Law... laws) {
    Set<Law> set = EnumSet.noneOf(Law.class);
    set.addAll(List.of(laws));
    return set;
  }

  private static String labels(Set<Law> laws) {
    StringJoiner labels = new StringJoiner(" ");
    labels.setEmptyValue("none");
    for (Law law : Law.values()) {
      if (laws.contains(law)) {
        labels.add(law.label());
      }
    }
    return labels.toString();
  }
}
