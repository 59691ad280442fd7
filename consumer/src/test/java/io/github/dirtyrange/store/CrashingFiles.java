package io.github.dirtyrange.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A disk that dies after so many steps: each byte written is one, and so is everything else. Knows
 * what was not forced onto it by then, and can lose that. Forces nothing, so tests are quick.
 */
final class CrashingFiles implements StoreFiles {

  /** What a crash leaves. */
  enum Crash {
    /** The process died, or the disk is full: all that was written is there. */
    KILLED,
    /** Power failed: contents and entries that were not forced are gone; renames came through. */
    CONTENTS_LOST,
    /** The same, and renames that were not forced are undone. */
    RENAMES_LOST
  }

  private static final class Written {
    private Path path;
    private boolean contentForced;
    private boolean entryForced;

    private Written(Path path) {
      this.path = path;
    }
  }

  private static final class Renamed {
    private final Path from;
    private final Path to;
    private final byte @Nullable [] replaced;
    private boolean forced;

    private Renamed(Path from, Path to, byte @Nullable [] replaced) {
      this.from = from;
      this.to = to;
      this.replaced = replaced;
    }
  }

  private final DiskFiles disk = new DiskFiles();
  private final List<Written> written = new ArrayList<>();
  private final List<Renamed> renamed = new ArrayList<>();
  private final long steps;
  private long done;
  private boolean dead;

  CrashingFiles(long steps) {
    this.steps = steps;
  }

  static CrashingFiles never() {
    return new CrashingFiles(Long.MAX_VALUE);
  }

  long done() {
    return done;
  }

  private void step() throws IOException {
    if (dead || done >= steps) {
      dead = true;
      throw new IOException("the disk is dead");
    }
    done++;
  }

  @Override
  public void createDirectory(Path directory) throws IOException {
    step();
    disk.createDirectory(directory);
  }

  @Override
  public Output create(Path file) throws IOException {
    step();
    Written state = new Written(file);
    written.add(state);
    Output out = disk.create(file);
    return new Output() {
      @Override
      public void write(ByteBuffer bytes) throws IOException {
        state.contentForced = false;
        int all = bytes.limit();
        int taken = (int) Math.min(bytes.remaining(), dead ? 0 : steps - done);
        done += taken;
        out.write(bytes.limit(bytes.position() + taken));
        bytes.limit(all);
        if (bytes.hasRemaining()) {
          dead = true;
          throw new IOException("No space left on device");
        }
      }

      @Override
      public void read(ByteBuffer bytes, long position) throws IOException {
        out.read(bytes, position);
      }

      @Override
      public void force() throws IOException {
        step();
        state.contentForced = true;
      }

      @Override
      public void close() throws IOException {
        out.close();
      }
    };
  }

  @Override
  public void force(Path directory) throws IOException {
    step();
    for (Written state : written) {
      state.entryForced |= directory.equals(state.path.getParent());
    }
    for (Renamed rename : renamed) {
      rename.forced |= directory.equals(rename.to.getParent());
    }
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    step();
    disk.rename(from, to);
    renamed(new Renamed(from, to, null));
  }

  @Override
  public void replace(Path from, Path to) throws IOException {
    step();
    byte[] before = Files.readAllBytes(to);
    disk.replace(from, to);
    written.removeIf(state -> state.path.equals(to));
    renamed(new Renamed(from, to, before));
  }

  private void renamed(Renamed rename) {
    Path from = rename.from;
    Path to = rename.to;
    renamed.add(rename);
    for (Written state : written) {
      if (state.path.startsWith(from)) {
        state.path = from.equals(state.path) ? to : to.resolve(from.relativize(state.path));
      }
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      for (Path inside : StoreDirectory.list(path)) {
        delete(inside);
      }
    }
    step();
    disk.delete(path);
    written.removeIf(state -> state.path.startsWith(path));
  }

  /** Leaves on the disk what there is after a crash. */
  void crash(Crash crash) throws IOException {
    dead = true;
    if (crash == Crash.KILLED) {
      return;
    }
    for (Written state : written) {
      lose(state);
    }
    if (crash == Crash.RENAMES_LOST) {
      for (int i = renamed.size() - 1; i >= 0; i--) {
        undo(renamed.get(i));
      }
    }
  }

  private static void lose(Written state) throws IOException {
    if (!state.contentForced && Files.exists(state.path)) {
      FileChannel.open(state.path, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
          .close();
    }
    if (!state.entryForced) {
      Files.deleteIfExists(state.path);
    }
  }

  private static void undo(Renamed rename) throws IOException {
    if (!rename.forced && Files.exists(rename.to)) {
      Files.move(rename.to, rename.from);
      if (rename.replaced != null) {
        try (Output out = new DiskFiles().create(rename.to)) {
          out.write(ByteBuffer.wrap(rename.replaced));
        }
      }
    }
  }
}
