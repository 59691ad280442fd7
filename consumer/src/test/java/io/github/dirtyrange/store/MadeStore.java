package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.SavedMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A store for tests of other rooms, there until it is closed; written without waiting for disks.
 */
public final class MadeStore implements AutoCloseable {

  private final TestDirectory directory = new TestDirectory();
  private final SnapshotStore store;
  private final ModelStore model = new ModelStore();
  private final List<GenerationCounts> counts = new ArrayList<>();
  private long epoch = 1;

  private MadeStore() throws IOException {
    store = SnapshotStore.create(directory.store(), CrashingFiles.never());
  }

  /** Tells a generation. */
  @FunctionalInterface
  public interface Teller {
    /** Tells it to its writer. */
    void tell(GenerationWriter writer) throws IOException;
  }

  /** {@return one with nothing in it} */
  public static MadeStore empty() throws IOException {
    return new MadeStore();
  }

  /** {@return one with such generations} */
  public static MadeStore of(List<Plan> plans) throws IOException {
    MadeStore made = new MadeStore();
    for (Plan plan : plans) {
      made.counts.add(made.model.write(made.store, plan));
    }
    return made;
  }

  /** {@return one that has every class of pages, in a tree of four, and a fifth with nothing} */
  public static MadeStore small() throws IOException {
    MadeStore made = of(SmallStore.PLANS);
    made.store.begin(ModelStore.header(99, Optional.empty())).commit();
    return made;
  }

  /**
   * Adds a generation.
   *
   * @param pageSize of all of the store
   * @param parent what it builds on, of those added so
   */
  public Generation add(int pageSize, Optional<Generation> parent, Teller teller)
      throws IOException {
    GenerationHeader header =
        new GenerationHeader(
            pageSize,
            ModelStore.TRACKER,
            epoch++,
            parent.map(of -> new GenerationHeader.Parent(of.id(), of.header().epoch())),
            4711,
            99,
            1_700_000_000_000L + epoch * 1_000,
            epoch % 2 == 0,
            epoch % 2 == 0);
    try (GenerationWriter writer = store.begin(header)) {
      teller.tell(writer);
      return writer.commit();
    }
  }

  /** {@return a mapping of memory that has no file} */
  public static SavedMapping anonymous(long startVpn, long endVpn, String name) {
    return new SavedMapping(
        startVpn, endVpn, SavedMapping.READ | SavedMapping.WRITE, 0, 0, 0, name);
  }

  /** {@return the store, open} */
  public SnapshotStore store() {
    return store;
  }

  /** {@return where it is} */
  public Path directory() {
    return directory.store();
  }

  /** {@return what was told of it} */
  public ModelStore model() {
    return model;
  }

  /** {@return what the writer counted, of each generation of a plan} */
  public List<GenerationCounts> counts() {
    return List.copyOf(counts);
  }

  /** Turns a bit of a file. */
  public void damage(String file, int at) throws IOException {
    Path path = directory().resolve(file);
    byte[] bytes = Files.readAllBytes(path);
    bytes[at] ^= 1;
    Files.write(path, bytes);
  }

  @Override
  public void close() throws IOException {
    store.close();
    directory.close();
  }
}
