package io.github.dirtyrange.cli;

import io.github.dirtyrange.inspect.Match;
import io.github.dirtyrange.inspect.MemoryFacts;
import io.github.dirtyrange.inspect.Search;
import io.github.dirtyrange.inspect.SearchPattern;
import io.github.dirtyrange.report.saved.SearchReport;
import io.github.dirtyrange.report.saved.SearchReport.Found;
import io.github.dirtyrange.saved.SavedException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dirtyrange search}: which generation first had something, and where. */
@Command(
    name = "search",
    description =
        "Searches saved memory, and says of each match which generation first had it, at what"
            + " address, and in which mapping. Finds what goes from one page on to the next.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:something was found",
      "1:nothing was found",
      "2:the command line makes no sense, or something cannot be read; what was found before is"
          + " printed",
      "70:a fault of this program",
      "74:the output cannot be written"
    })
final class SearchCommand implements Callable<Integer> {

  private static final int MOST_MATCHES = 1_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "DIR",
      converter = SavedName.Converter.class,
      description = "a directory of saved memory; DIR@3 for generation 3 alone")
  private SavedName place = SavedName.parse(".");

  /** What to search for. */
  static final class Wanted {

    @Option(names = "--text", paramLabel = "TEXT", description = "search for a text, in UTF-8")
    private @Nullable String text;

    @Option(
        names = "--hex",
        paramLabel = "HEX",
        description = "search for bytes, two hexadecimal digits each; spaces are passed over")
    private @Nullable String hex;

    @Option(
        names = "--regex",
        paramLabel = "REGEX",
        description =
            "search for what a Java regular expression matches: each byte is a character from \\x00"
                + " to \\xff, a dot is any; at most 4096 bytes, and what is looked for around them"
                + " lies that near")
    private @Nullable String regex;

    private SearchPattern pattern() {
      if (text != null) {
        return made("--text", text, SearchPattern::text);
      }
      return hex != null
          ? made("--hex", hex, given -> SearchPattern.bytes(bytes(given)))
          : made("--regex", String.valueOf(regex), SearchPattern::regex);
    }

    private static byte[] bytes(String hex) {
      String digits = hex.replaceAll("[ :]", "").toLowerCase(Locale.ROOT);
      if (digits.length() % 2 != 0 || !digits.matches("[0-9a-f]*")) {
        throw new IllegalArgumentException(
            "'" + hex + "' is not bytes; write two hexadecimal digits for each, as in 00ff");
      }
      return HexFormat.of().parseHex(digits);
    }

    private static SearchPattern made(
        String option, String given, Function<String, SearchPattern> pattern) {
      try {
        return pattern.apply(given);
      } catch (IllegalArgumentException e) {
        throw new UsageMistake(option + ": " + e.getMessage());
      }
    }
  }

  @ArgGroup(multiplicity = "1")
  private Wanted wanted = new Wanted();

  @Option(
      names = "--generation",
      paramLabel = "N",
      description = "search generation N alone (default: all, oldest first)")
  private @Nullable Long generation;

  @Option(
      names = "--most",
      paramLabel = "N",
      description = "stop at so many matches (default: 1000)")
  private int most = MOST_MATCHES;

  @Option(names = "--json", description = "write one JSON object instead of lines")
  private boolean json;

  private final List<Found> found = new ArrayList<>();
  private final List<Long> searched = new ArrayList<>();
  private int begun;

  @Override
  public Integer call() {
    if (most < 1) {
      throw new UsageMistake("--most " + most + " leaves nothing to show");
    }
    WholeNumber.requireAtMost(WholeNumber.MOST_ROUNDS, "--most", most);
    SavedName name = place.with(generation);
    SearchPattern pattern = wanted.pattern();
    try (SavedPlace saved = SavedPlace.open(name.path())) {
      boolean isLeftOut = name.generation().isEmpty() && saved.saysWhatIsLeftOut(spec);
      List<MemoryFacts> memories =
          name.generation().isEmpty() ? saved.memories() : List.of(saved.named(name.generation()));
      boolean isRead = search(pattern, memories);
      if (isLeftOut || !isRead) {
        return ExitStatus.USAGE;
      }
      return found.isEmpty() ? ExitStatus.DIFFERENT : ExitStatus.FINE;
    }
  }

  /** {@return whether all could be read} */
  private boolean search(SearchPattern pattern, List<MemoryFacts> memories) {
    boolean isRead = true;
    MemoryFacts[] now = new MemoryFacts[1];
    Search search = new Search(pattern, most, match -> tell(now[0], match));
    for (MemoryFacts each : memories) {
      now[0] = each;
      begun += search.isCut() ? 0 : 1;
      isRead &= search(search, each);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        json
            ? SearchReport.json(found, searched, search.unknownPages(), search.isCut())
            : SearchReport.sums(found.size(), begun, search.unknownPages()));
    out.flush();
    if (search.isCut()) {
      spec.commandLine()
          .getErr()
          .println(spec.qualifiedName() + ": stopped there: there are more than --most " + most);
    }
    return isRead;
  }

  private boolean search(Search search, MemoryFacts memory) {
    try {
      search.in(memory.memory());
      if (!search.isCut()) {
        searched.add(memory.number());
      }
      return true;
    } catch (SavedException e) {
      SavedPlace.say(spec, e);
      return false;
    } catch (StackOverflowError e) {
      throw new UsageMistake(
          "--regex needs more steps back than there is memory for; write it without (a|b)*");
    }
  }

  private void tell(MemoryFacts memory, Match match) {
    Found one = new Found(memory, match);
    found.add(one);
    if (!json) {
      spec.commandLine().getOut().print(SearchReport.line(one));
    }
  }
}
