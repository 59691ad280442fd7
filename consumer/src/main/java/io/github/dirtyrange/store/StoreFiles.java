package io.github.dirtyrange.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Everything that a writer does to the disk, so that tests can let each step of it fail. */
interface StoreFiles {

  /** A file that is being written. */
  interface Output extends Closeable {

    /** Writes all that remains of a buffer behind what is written. */
    void write(ByteBuffer bytes) throws IOException;

    /** Reads back what was written, until the buffer is full. */
    void read(ByteBuffer bytes, long position) throws IOException;

    /** Returns once what was written is on the disk. */
    void force() throws IOException;
  }

  /** Makes a directory that nobody else may enter. */
  void createDirectory(Path directory) throws IOException;

  /** Makes a file that nobody else may read. */
  Output create(Path file) throws IOException;

  /** Returns once the directory's entries are on the disk. */
  void force(Path directory) throws IOException;

  /** Gives something another name, in one step; what has that name must be nothing. */
  void rename(Path from, Path to) throws IOException;

  /** Gives a file the name of another one, in one step; that one is gone. */
  void replace(Path from, Path to) throws IOException;

  /** Deletes a file, or a directory with all that is in it. */
  void delete(Path path) throws IOException;
}
