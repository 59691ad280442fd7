package io.github.dirtyrange.cli;

import io.github.dirtyrange.criu.CriuExport;
import io.github.dirtyrange.criu.Exported;
import io.github.dirtyrange.criu.UnknownPageException;
import io.github.dirtyrange.criu.UnknownPages;
import io.github.dirtyrange.kernel.OneLine;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.GenerationHeader;
import io.github.dirtyrange.store.SnapshotStore;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dirtyrange export}: writes generations of a store as other programs read them. */
@Command(
    name = "export",
    description =
        "Writes a generation of a store as an image directory of CRIU, which its crit decodes: it"
            + " saves and explains memory; it does not restore processes.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:it is written",
      "2:the command line makes no sense, names no store or no generation, OUT is there already or"
          + " cannot be made, or a page is not known and --holes is not given",
      "65:the store is damaged where it is needed; nothing is written",
      "70:a fault of this program",
      "74:it cannot be written (a full disk); nothing is left of it"
    })
final class ExportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "the store")
  private Path store = Path.of("");

  @Option(
      names = "--criu",
      required = true,
      paramLabel = "OUT",
      description = "the directory to make; nobody else may read it")
  private Path target = Path.of("");

  @Option(
      names = "--generation",
      paramLabel = "N",
      description = "which generation (default: the newest)")
  private @Nullable Long number;

  @Option(
      names = "--chain",
      description =
          "write all generations that it builds on, too: directories OUT/1, OUT/2 and so on, each"
              + " with a link to its parent; without it, one directory has all pages")
  private boolean chain;

  @Option(
      names = "--holes",
      description = "leave out pages whose bytes are not known: swapped out, or not to be read")
  private boolean holes;

  @Override
  public Integer call() {
    requirePlace();
    try (SnapshotStore open = opened()) {
      return write(open);
    } catch (SavedException e) {
      return failed(e);
    }
  }

  private void requirePlace() {
    Path folder = target.toAbsolutePath().normalize().getParent();
    if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new UsageMistake(
          "--criu " + target + ": there is no folder for it that can be written");
    }
  }

  private SnapshotStore opened() {
    try {
      return SnapshotStore.open(store);
    } catch (SavedException e) {
      throw new UsageMistake(String.valueOf(e.getMessage()));
    }
  }

  private int write(SnapshotStore open) throws SavedException {
    Generation last = last(open);
    CriuExport export =
        new CriuExport(
            Math.max(1, last.header().pid()), holes ? UnknownPages.LEFT_OUT : UnknownPages.REFUSED);
    List<Generation> generations = chain ? ancestors(open, last) : List.of(last);
    try {
      List<Exported> written =
          chain ? export.writeChain(generations, target) : List.of(export.write(last, target));
      for (int i = 0; i < written.size(); i++) {
        say(generations.get(i), written.get(i));
      }
      return ExitStatus.FINE;
    } catch (UnknownPageException e) {
      throw new UsageMistake(e.getMessage() + "; --holes leaves such pages out");
    }
  }

  private Generation last(SnapshotStore open) {
    List<Generation> all = open.generations();
    if (all.isEmpty()) {
      throw new UsageMistake(store + " has no generation that can be read");
    }
    if (number == null) {
      return all.get(all.size() - 1);
    }
    return all.stream()
        .filter(each -> each.number() == number)
        .findFirst()
        .orElseThrow(
            () ->
                new UsageMistake(
                    store
                        + " has no generation "
                        + number
                        + " that can be read; it has "
                        + all.get(0).number()
                        + " to "
                        + all.get(all.size() - 1).number()));
  }

  /** Ends, as each reader of a page checks that a parent is older; so does this. */
  private static List<Generation> ancestors(SnapshotStore open, Generation last)
      throws SavedException {
    Deque<Generation> oldestFirst = new ArrayDeque<>();
    Generation at = last;
    oldestFirst.addFirst(at);
    while (at.header().parent().isPresent()) {
      GenerationHeader.Parent named = at.header().parent().get();
      Optional<Generation> parent = open.generation(named.id());
      if (parent.isEmpty() || parent.get().number() >= at.number()) {
        throw new SavedException(
            Kind.NO_PARENT, at.title() + ": its parent " + named.id() + " is missing");
      }
      at = parent.get();
      oldestFirst.addFirst(at);
    }
    return List.copyOf(oldestFirst);
  }

  private void say(Generation generation, Exported exported) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%s: %s, %,d pages written", generation.title(), exported.directory(), exported.written());
    if (exported.inParent() > 0) {
      out.printf(", %,d in its parent", exported.inParent());
    }
    if (exported.leftOut() > 0) {
      out.printf(", %,d not known and left out", exported.leftOut());
    }
    out.println();
  }

  private int failed(SavedException e) {
    if (e.kind() == Kind.NO_STORE) {
      throw new UsageMistake(String.valueOf(e.getMessage()));
    }
    spec.commandLine()
        .getErr()
        .println(spec.qualifiedName() + ": " + OneLine.of(String.valueOf(e.getMessage())));
    return e.kind() == Kind.DISK ? ExitStatus.OUTPUT_LOST : ExitStatus.DATA_CUT;
  }
}
