package io.github.dirtyrange.cli;

import io.github.dirtyrange.inspect.MemoryFacts;
import io.github.dirtyrange.inspect.VerifyResult;
import io.github.dirtyrange.kernel.OneLine;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** Saved memory that the command line names, open for reading, whatever its format is. */
final class SavedPlace implements AutoCloseable {

  /** All formats that are read; the first one that says that it is there is taken. */
  private static final List<SavedKind> KINDS =
      List.of(new StoreKind(), new CriuKind(), new TarballKind());

  private final Path path;
  private final SavedKind.Opened opened;

  private SavedPlace(Path path, SavedKind.Opened opened) {
    this.path = path;
    this.opened = opened;
  }

  /**
   * Opens what is there. Throws {@link UsageMistake} if that is nothing, nothing of ours, or cannot
   * be read.
   */
  static SavedPlace open(Path path) {
    try {
      return new SavedPlace(path, kind(path).open(path));
    } catch (SavedException e) {
      throw new UsageMistake(String.valueOf(e.getMessage()));
    }
  }

  /** {@return what is wrong there} Throws {@link UsageMistake} if there is nothing of ours. */
  static VerifyResult verify(Path path) {
    return kind(path).verify(path);
  }

  private static SavedKind kind(Path path) {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new UsageMistake(path + ": there is no such directory or file");
    }
    return KINDS.stream()
        .filter(each -> each.isAt(path))
        .findFirst()
        .orElseThrow(() -> new UsageMistake(path + " is neither " + titles() + ": name one"));
  }

  private static String titles() {
    return KINDS.stream().map(SavedKind::title).collect(Collectors.joining(", nor "));
  }

  /** {@return whether two names are of one directory} */
  static boolean areOne(Path one, Path other) {
    try {
      return Files.isSameFile(one, other);
    } catch (IOException e) {
      return false; // one of both is not there, which opening it says
    }
  }

  /** {@return what is saved there, oldest first} */
  List<MemoryFacts> memories() {
    return opened.memories();
  }

  /**
   * {@return the memory that a name names, or the newest} Throws {@link UsageMistake} if it is not
   * there.
   */
  MemoryFacts named(OptionalLong number) {
    List<MemoryFacts> all = memories();
    if (all.isEmpty()) {
      throw new UsageMistake(path + " has no generation that can be read");
    }
    if (number.isEmpty()) {
      return all.get(all.size() - 1);
    }
    return all.stream()
        .filter(each -> each.number() == number.getAsLong())
        .findFirst()
        .orElseThrow(() -> notThere(number.getAsLong()));
  }

  private UsageMistake notThere(long number) {
    for (SavedFault fault : opened.damaged()) {
      if (fault.number().equals(OptionalLong.of(number))) {
        return new UsageMistake(path + ": " + fault.sentence());
      }
    }
    List<MemoryFacts> all = memories();
    return new UsageMistake(
        path
            + " has no generation "
            + number
            + "; the oldest is "
            + all.get(0).number()
            + ", the newest "
            + all.get(all.size() - 1).number());
  }

  /** {@return whether something is left out, as it is damaged; that is said} */
  boolean saysWhatIsLeftOut(CommandSpec spec) {
    PrintWriter err = spec.commandLine().getErr();
    for (SavedFault fault : opened.damaged()) {
      err.println(
          spec.qualifiedName() + ": left out of " + path + ": " + OneLine.of(fault.sentence()));
    }
    return !opened.damaged().isEmpty();
  }

  /** Says what is wrong with saved memory, in one line. */
  static void say(CommandSpec spec, SavedException e) {
    spec.commandLine()
        .getErr()
        .println(spec.qualifiedName() + ": " + OneLine.of(String.valueOf(e.getMessage())));
  }

  /** Nothing was written, so that nothing is lost if it fails. */
  @Override
  public void close() {
    try {
      opened.directory().close();
    } catch (SavedException e) {
      // What was read is read.
    }
  }
}
