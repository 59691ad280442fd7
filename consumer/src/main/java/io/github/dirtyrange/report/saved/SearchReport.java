package io.github.dirtyrange.report.saved;

import io.github.dirtyrange.inspect.Match;
import io.github.dirtyrange.inspect.MemoryFacts;
import io.github.dirtyrange.lab.result.Units;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** What was found in saved memory. */
public final class SearchReport {

  private static final int MOST_SHOWN = 64;

  /**
   * A match with its generation.
   *
   * @param facts of the generation
   * @param match in it
   */
  public record Found(MemoryFacts facts, Match match) {}

  private SearchReport() {}

  /** {@return a line for a match: which generation first had it, where, and the bytes} */
  public static String line(Found found) {
    Match match = found.match();
    return "generation "
        + found.facts().number()
        + ": "
        + Addresses.hex(match.address())
        + " in "
        + match.mapping().title()
        + " at "
        + Addresses.hex(match.offset())
        + ": "
        + shown(match.bytes())
        + "\n";
  }

  /** Printable ASCII as it is, all else as a dot. */
  private static String shown(String bytes) {
    String cut = bytes.substring(0, Math.min(bytes.length(), MOST_SHOWN));
    String more = cut.length() < bytes.length() ? " and more: " + bytes.length() + " bytes" : "";
    return "\"" + cut.replaceAll("[^ -~]", ".") + "\"" + more;
  }

  /**
   * {@return the line below all matches}
   *
   * @param searched how many generations were
   * @param unknownPages of how many of their pages the bytes are not known
   */
  public static String sums(long matches, long searched, long unknownPages) {
    String found =
        matches == 0 ? "nothing" : Units.count(matches) + (matches == 1 ? " match" : " matches");
    String without =
        unknownPages == 0
            ? ""
            : "; " + Units.count(unknownPages, "page") + " without bytes could not be searched";
    return found + " in " + Units.count(searched, "generation") + without + "\n";
  }

  /**
   * {@return all of it as one JSON object}
   *
   * @param searched numbers of the generations that were searched to their end
   * @param unknownPages of how many of their pages the bytes are not known
   * @param isCut whether there are more matches
   */
  public static String json(
      List<Found> found, List<Long> searched, long unknownPages, boolean isCut) {
    return SavedJson.render(
        new Report(found.stream().map(SearchReport::part).toList(), searched, unknownPages, isCut));
  }

  private static MatchPart part(Found found) {
    Match match = found.match();
    byte[] bytes = match.bytes().getBytes(StandardCharsets.ISO_8859_1);
    return new MatchPart(
        found.facts().number(),
        Addresses.hex(match.address()),
        match.mapping().name(),
        match.offset(),
        bytes.length,
        HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, MOST_SHOWN)));
  }

  private record Report(
      List<MatchPart> matches, List<Long> generations, long unknownPages, boolean cut) {}

  private record MatchPart(
      long generation, String address, String mapping, long offset, int length, String hex) {}
}
