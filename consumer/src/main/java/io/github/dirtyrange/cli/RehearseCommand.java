package io.github.dirtyrange.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code dirtyrange rehearse}: does a little of everything, so that the launcher learns which
 * classes an archive for fast starts must hold.
 */
@Command(name = "rehearse", hidden = true)
final class RehearseCommand implements Callable<Integer> {

  private static final String[][] REHEARSED = {
    {"--help"},
    {"--version"},
    {"compare", "--help"},
    {"compare", "--mapped", "1MiB", "--dirty", "10", "--rounds", "1", "--warmup", "0"},
    {"compare", "--kernel", "sim", "--mapped", "1MiB", "--rounds", "1", "--warmup", "0", "--json"},
  };

  @Override
  public Integer call() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    for (String[] arguments : REHEARSED) {
      Main.run(nowhere, nowhere, arguments);
    }
    return ExitStatus.FINE;
  }
}
