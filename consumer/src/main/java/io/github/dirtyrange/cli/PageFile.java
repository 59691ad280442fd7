package io.github.dirtyrange.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The option that names a file for the report as an HTML page. */
final class PageFile {

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "also write a page with charts there, which needs nothing else")
  @Nullable Path path;

  /**
   * Tries the file, if one is named. Throws {@link UsageMistake} if it cannot be written, so that
   * this is known before anything is measured.
   */
  OpenPage open(CommandSpec command) {
    return new OpenPage(path, RunOrigin.of(command), command.commandLine().getErr());
  }
}
