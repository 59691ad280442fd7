package io.github.dirtyrange.cli;

import io.github.dirtyrange.core.CoreFile;
import io.github.dirtyrange.inspect.Extraction;
import io.github.dirtyrange.inspect.MemoryFacts;
import io.github.dirtyrange.kernel.OneLine;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dirtyrange extract}: bytes of saved memory as a file. */
@Command(
    name = "extract",
    description =
        "Writes bytes of a generation to a new file, raw or as a core, which nobody else may read:"
            + " memory holds secrets. The file is there whole, or not at all.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the file is written",
      "1:the bytes of a page are not known, or nothing is mapped there; no file is made",
      "2:the command line makes no sense, names nothing that is there, or a file that is",
      "65:what is saved is damaged; no file is made",
      "70:a fault of this program",
      "74:the file or the output cannot be written; no file is left"
    })
final class ExtractCommand implements Callable<Integer> {

  private static final int MOST_NAMED = 8;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "DIR",
      converter = SavedName.Converter.class,
      description = "a directory of saved memory, for its newest generation; DIR@3 for another one")
  private SavedName place = SavedName.parse(".");

  @Option(
      names = "--generation",
      paramLabel = "N",
      description = "the same as @N behind the directory")
  private @Nullable Long generation;

  /** Which bytes. */
  static final class Wanted {

    @Option(
        names = "--range",
        paramLabel = "A-B",
        converter = AddressRange.Converter.class,
        description = "addresses, as /proc/PID/maps writes them: from A on, without B")
    private @Nullable AddressRange range;

    @Option(
        names = "--mapping",
        paramLabel = "NAME",
        description = "the mapping with that name, as [heap] or a file's path; it must be one")
    private @Nullable String mapping;

    @Option(
        names = "--core",
        description =
            "all of it, as an ELF core that gdb opens with the program's file; with its threads,"
                + " where the process stood still for the generation")
    private boolean core;

    private AddressRange of(SavedMemory memory, String title) {
      return range == null ? named(memory, title, String.valueOf(mapping)) : range;
    }

    private static AddressRange named(SavedMemory memory, String title, String name) {
      List<SavedMapping> all =
          memory.mappings().stream().filter(each -> each.name().equals(name)).toList();
      if (all.isEmpty()) {
        throw new UsageMistake(
            "--mapping " + name + ": " + title + " has none of that name; show --mappings has all");
      }
      if (all.size() > 1) {
        throw new UsageMistake(
            "--mapping "
                + name
                + ": there are "
                + all.size()
                + "; name one by --range "
                + ranges(all, memory.pageSize()));
      }
      long size = memory.pageSize();
      return new AddressRange(all.get(0).startVpn() * size, all.get(0).endVpn() * size);
    }

    private static String ranges(List<SavedMapping> mappings, long size) {
      String some =
          mappings.stream()
              .limit(MOST_NAMED)
              .map(
                  each ->
                      Long.toHexString(each.startVpn() * size)
                          + "-"
                          + Long.toHexString(each.endVpn() * size))
              .collect(Collectors.joining(", "));
      return mappings.size() > MOST_NAMED ? some + " and so on" : some;
    }
  }

  @ArgGroup(multiplicity = "1")
  private Wanted wanted = new Wanted();

  @Option(
      names = "--output",
      paramLabel = "FILE",
      required = true,
      description = "the file to write; it must be a new one")
  private Path output = Path.of("");

  @Option(
      names = "--holes",
      description = "leave a hole, which reads as zeros, where bytes are not known; that is said")
  private boolean holes;

  @Override
  public Integer call() throws IOException {
    SavedName name = place.with(generation);
    NewFile.check("--output", output);
    try (SavedPlace saved = SavedPlace.open(name.path())) {
      MemoryFacts facts = saved.named(name.generation());
      SavedMemory memory = facts.memory();
      if (wanted.core) {
        return writeCore(memory);
      }
      AddressRange range = wanted.of(memory, facts.memory().title());
      return extract(new Extraction(memory, range.start(), range.end()));
    } catch (SavedException e) {
      SavedPlace.say(spec, e);
      return ExitStatus.DATA_CUT;
    }
  }

  private int writeCore(SavedMemory memory) throws IOException {
    ByteBuffer notes = memory.notes();
    if (!notes.hasRemaining()) {
      say(
          memory.title()
              + " has no threads, as the process did not stand still for it; the core has its"
              + " memory alone");
    }
    try (NewFile file = NewFile.begin("--output", output)) {
      file.fill(channel -> CoreFile.write(memory, notes, channel));
      file.finish();
      return ExitStatus.FINE;
    }
  }

  private int extract(Extraction extraction) throws IOException {
    Optional<Extraction.Unknown> unknown = extraction.firstUnknown();
    if (unknown.isPresent() && !holes) {
      say(unknown.get().sentence() + "; add --holes to leave out what is not known");
      return ExitStatus.DIFFERENT;
    }
    try (NewFile file = NewFile.begin("--output", output)) {
      FileSink sink = new FileSink(file);
      extraction.copyTo(sink);
      if (!sink.isAnyKnown) {
        say("no byte of that is known; the first: " + unknown.orElseThrow().sentence());
        return ExitStatus.DIFFERENT;
      }
      file.finish();
      if (sink.unknownBytes != 0) {
        say(
            Units.count(sink.unknownBytes, "byte")
                + " not known, and left out as holes; the first: "
                + unknown.orElseThrow().sentence());
      }
      return ExitStatus.FINE;
    }
  }

  private void say(String what) {
    spec.commandLine().getErr().println(spec.qualifiedName() + ": " + OneLine.of(what));
  }

  private static final class FileSink implements Extraction.Sink {

    private final NewFile file;
    private long unknownBytes;
    private boolean isAnyKnown;

    FileSink(NewFile file) {
      this.file = file;
    }

    @Override
    public void bytes(ByteBuffer bytes) {
      isAnyKnown = true;
      file.write(bytes);
    }

    @Override
    public void zeros(long bytes) {
      isAnyKnown = true;
      file.skip(bytes);
    }

    @Override
    public void unknown(long bytes, Extraction.Unknown what) {
      unknownBytes += bytes;
      file.skip(bytes);
    }
  }
}
