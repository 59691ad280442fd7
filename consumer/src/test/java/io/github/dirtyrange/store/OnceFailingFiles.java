package io.github.dirtyrange.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A disk of which one fsync fails, when asked to, and nothing after it. */
final class OnceFailingFiles implements StoreFiles {

  private final DiskFiles disk = new DiskFiles();
  private boolean fails;

  void failNextForce() {
    fails = true;
  }

  private void force() throws IOException {
    if (fails) {
      fails = false;
      throw new IOException("Input/output error");
    }
  }

  @Override
  public void createDirectory(Path directory) throws IOException {
    disk.createDirectory(directory);
  }

  @Override
  public Output create(Path file) throws IOException {
    Output out = disk.create(file);
    return new Output() {
      @Override
      public void write(ByteBuffer bytes) throws IOException {
        out.write(bytes);
      }

      @Override
      public void read(ByteBuffer bytes, long position) throws IOException {
        out.read(bytes, position);
      }

      @Override
      public void force() throws IOException {
        OnceFailingFiles.this.force();
        out.force();
      }

      @Override
      public void close() throws IOException {
        out.close();
      }
    };
  }

  @Override
  public void force(Path directory) throws IOException {
    force();
    disk.force(directory);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void replace(Path from, Path to) throws IOException {
    disk.replace(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    disk.delete(path);
  }
}
