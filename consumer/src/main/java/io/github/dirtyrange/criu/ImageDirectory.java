package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One generation: the images of one directory, without those that are damaged. */
final class ImageDirectory {

  private static final Pattern NUMBERED =
      Pattern.compile("(pagemap|mm|pagemap-shmem)-(0|[1-9][0-9]{0,8})\\.img");

  /** Linux has not more processes. */
  private static final int MOST_IMAGES = 1 << 22;

  private final Path path;
  private final int number;
  private final SortedSet<Integer> withPagemap = new TreeSet<>();
  private final SortedSet<Integer> withMm = new TreeSet<>();
  private final SortedSet<Integer> sharedIds = new TreeSet<>();
  private final SortedSet<Integer> named = new TreeSet<>();
  private final Map<Integer, Pagemap> pagemaps = new TreeMap<>();
  private final Map<Integer, MmImage.Mm> mms = new TreeMap<>();
  private final Map<Integer, Pagemap> shared = new TreeMap<>();
  private final List<SavedFault> damaged = new ArrayList<>();
  private FileNames names = FileNames.none();
  private Optional<Inventory> inventory = Optional.empty();
  private Optional<DumpStats> stats = Optional.empty();
  private boolean whole;
  private boolean namesKnown;

  private ImageDirectory(Path path, int number) {
    this.path = path;
    this.number = number;
  }

  /**
   * Reads a directory's images, but for the pages.
   *
   * @param number of the generation, from 1 for the oldest
   * @throws SavedException if the directory cannot be listed
   */
  static ImageDirectory read(Path path, int number) throws SavedException {
    ImageDirectory directory = new ImageDirectory(path, number);
    directory.list();
    directory.readAll();
    return directory;
  }

  /** {@return whether it has an image by which one of CRIU's directories is known} */
  static boolean isOne(Path path) {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try {
      ImageDirectory directory = new ImageDirectory(path, 1);
      directory.list();
      return !directory.withPagemap.isEmpty()
          || ImageFile.isThere(path.resolve(Format.INVENTORY))
          || ImageFile.isThere(path.resolve(Format.PSTREE));
    } catch (SavedException e) {
      return false;
    }
  }

  private void list() throws SavedException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, "*.img")) {
      for (Path entry : entries) {
        Matcher name = NUMBERED.matcher(entry.getFileName().toString());
        if (name.matches()) {
          listed(name.group(1), Integer.parseInt(name.group(2)));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw new SavedException(Kind.DISK, path + " cannot be listed: " + e.getMessage());
    } catch (SavedException e) {
      throw e;
    } catch (IOException e) {
      throw new SavedException(Kind.DISK, path + " cannot be listed", e);
    }
  }

  private void listed(String kind, int id) throws SavedException {
    SortedSet<Integer> all =
        switch (kind) {
          case "pagemap" -> withPagemap;
          case "mm" -> withMm;
          default -> sharedIds;
        };
    all.add(id);
    if (all.size() > MOST_IMAGES) {
      throw new SavedException(Kind.INDEX, path + " has more images than Linux has processes");
    }
  }

  private void readAll() {
    if (ImageFile.isThere(path.resolve(Format.INVENTORY))) {
      read(() -> inventory = Optional.of(Inventory.read(path.resolve(Format.INVENTORY))));
    }
    if (ImageFile.isThere(path.resolve(Format.STATS))) {
      read(() -> stats = Optional.of(DumpStats.read(path.resolve(Format.STATS))));
    }
    whole = ImageFile.isThere(path.resolve(Format.PSTREE));
    if (whole) {
      read(
          () -> {
            named.addAll(Processes.read(path.resolve(Format.PSTREE)));
            namesKnown = true;
          });
    }
    read(() -> names = FileNames.read(path));
    for (int pid : withPagemap) {
      read(() -> pagemaps.put(pid, PagemapImage.read(path.resolve(Format.pagemap(pid)))));
    }
    for (int pid : withMm) {
      read(() -> mms.put(pid, MmImage.read(path.resolve(Format.mm(pid)))));
    }
    for (int id : sharedIds) {
      read(() -> shared.put(id, PagemapImage.read(path.resolve(Format.sharedPagemap(id)))));
    }
  }

  /** Something that throws what is wrong. */
  @FunctionalInterface
  private interface Reading {
    void run() throws SavedException;
  }

  private void read(Reading reading) {
    try {
      reading.run();
    } catch (SavedException e) {
      damaged.add(fault(e.kind(), title() + ": " + e.getMessage()));
    }
  }

  /** {@return a fault of the generation as a whole} */
  SavedFault fault(Kind kind, String sentence) {
    return new SavedFault(
        kind, OptionalLong.of(number), Optional.empty(), "", OptionalLong.empty(), sentence);
  }

  /** {@return what people call it} */
  String title() {
    return "generation " + number + " (" + path.getFileName() + ")";
  }

  Path path() {
    return path;
  }

  /** {@return its place in the chain, from 1 for the oldest} */
  int number() {
    return number;
  }

  /** {@return whether it is of a dump that went to its end, and not of a pre-dump} */
  boolean isWhole() {
    return whole;
  }

  /** {@return the processes that it names as dumped; none in a pre-dump's} */
  SortedSet<Integer> named() {
    return named;
  }

  /** {@return whether it says which processes were dumped, and that can be read} */
  boolean isNaming() {
    return namesKnown;
  }

  /** {@return the processes that there is a pagemap of, even a damaged one} */
  SortedSet<Integer> withPagemap() {
    return withPagemap;
  }

  /** {@return the processes that there are mappings of, even damaged ones} */
  SortedSet<Integer> withMm() {
    return withMm;
  }

  /** {@return what pages each process has, by its number} */
  Map<Integer, Pagemap> pagemaps() {
    return pagemaps;
  }

  /** {@return the pages of memory that processes share, by its number} */
  Map<Integer, Pagemap> shared() {
    return shared;
  }

  Optional<MmImage.Mm> mm(int pid) {
    return Optional.ofNullable(mms.get(pid));
  }

  /** {@return names of files; none where they are damaged} */
  FileNames names() {
    return names;
  }

  /** {@return how long the machine was up at the dump, in us, if that is said} */
  OptionalLong uptime() {
    return inventory.map(Inventory::dumpUptimeMicros).orElse(OptionalLong.empty());
  }

  Optional<DumpStats> stats() {
    return stats;
  }

  /** {@return what is wrong with the images that are damaged} */
  List<SavedFault> damaged() {
    return damaged;
  }
}
