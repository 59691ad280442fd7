package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.SavedDirectory;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An image directory of CRIU, and those that it builds on: the chain that its links named {@code
 * parent} lead along. Each process of each generation is a {@link CriuMemory}.
 *
 * <p>Opening reads all pagemaps and mappings of the chain: in memory that is some 50 bytes an entry
 * and 200 a mapping. What is damaged is {@link #damaged}, and the rest is read.
 */
public final class CriuDirectory implements SavedDirectory {

  private final Path directory;
  private final PagesFiles files = new PagesFiles();
  private final List<ImageDirectory> generations = new ArrayList<>();
  private final List<CriuMemory> memories = new ArrayList<>();
  private final List<SavedFault> damaged = new ArrayList<>();

  private CriuDirectory(Path directory) {
    this.directory = directory;
  }

  /** {@return whether a directory has images of CRIU; whether they are whole is not looked at} */
  public static boolean isOne(Path path) {
    return ImageDirectory.isOne(path);
  }

  /**
   * Opens a directory and all that it builds on, for reading.
   *
   * @throws SavedException if it has no images of CRIU, cannot be read, or its parents lead back to
   *     it
   */
  public static CriuDirectory open(Path path) throws SavedException {
    Chain chain = Chain.of(path);
    if (!isOne(path)) {
      throw new SavedException(
          Kind.NO_STORE,
          path + " has no images of CRIU: name the directory that has pagemap-*.img");
    }
    CriuDirectory directory = new CriuDirectory(path);
    Map<Integer, CriuMemory> before = Map.of();
    int number = 1;
    for (Path each : chain.directories()) {
      ImageDirectory images = ImageDirectory.read(each, number++);
      directory.generations.add(images);
      before = directory.add(images, before);
    }
    chain.cut().ifPresent(directory::cut);
    directory.generations.forEach(images -> directory.damaged.addAll(images.damaged()));
    return directory;
  }

  private void cut(String why) {
    ImageDirectory oldest = generations.get(0);
    damaged.add(oldest.fault(Kind.NO_PARENT, oldest.title() + ": " + why));
  }

  private Map<Integer, CriuMemory> add(ImageDirectory images, Map<Integer, CriuMemory> before) {
    Map<Integer, CriuMemory> now = new TreeMap<>();
    images
        .pagemaps()
        .forEach(
            (pid, pagemap) -> {
              CriuMemory memory =
                  new CriuMemory(images, pid, memories.size(), pagemap, before.get(pid), files);
              memories.add(memory);
              now.put(pid, memory);
            });
    return now;
  }

  @Override
  public Path directory() {
    return directory;
  }

  /** {@return each process of each generation; oldest generation first, then by its number} */
  @Override
  public List<CriuMemory> memories() {
    return Collections.unmodifiableList(memories);
  }

  /** {@return what is wrong with the images that are left out, and with links to parents} */
  public List<SavedFault> damaged() {
    return Collections.unmodifiableList(damaged);
  }

  /**
   * {@return what the directories have that is no process's own memory, and so in no {@link
   * CriuMemory}: a line each}
   */
  public List<String> notShown() {
    List<String> lines = new ArrayList<>();
    for (ImageDirectory images : generations) {
      images
          .shared()
          .forEach(
              (id, pagemap) ->
                  lines.add(
                      images.title()
                          + ": "
                          + Format.sharedPagemap(id)
                          + " is not shown: memory that processes share, "
                          + pagemap.storedPages()
                          + " pages stored"));
    }
    return lines;
  }

  List<ImageDirectory> generations() {
    return generations;
  }

  @Override
  public void close() throws SavedException {
    try {
      files.close();
    } catch (IOException e) {
      throw new SavedException(Kind.DISK, directory + " cannot be closed", e);
    }
  }
}
