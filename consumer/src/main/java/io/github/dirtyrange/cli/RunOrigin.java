package io.github.dirtyrange.cli;

import io.github.dirtyrange.report.html.Origin;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** Says for a report what was run, where and when. */
final class RunOrigin {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private RunOrigin() {}

  /** {@return the origin of what a command does now} */
  static Origin of(CommandSpec command) {
    List<String> arguments = command.commandLine().getParseResult().originalArgs();
    return new Origin(
        Stream.concat(Stream.of("dirtyrange"), arguments.stream().map(RunOrigin::quoted))
            .collect(Collectors.joining(" ")),
        String.join(", ", new ManifestVersion().getVersion()).replaceFirst("^dirtyrange ", ""),
        machine(),
        OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** As a shell reads it as one word. */
  static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private static String machine() {
    return System.getProperty("os.name")
        + " "
        + System.getProperty("os.version")
        + " on "
        + System.getProperty("os.arch")
        + ", "
        + MachineName.ofThis();
  }
}
