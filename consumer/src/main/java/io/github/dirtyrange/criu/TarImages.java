package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * Takes the images out of a tarball: those of known names, which are regular files, and nothing
 * else. No name in a tarball becomes a path.
 */
final class TarImages {

  /** Where podman has a checkpoint, and what was dumped before it. */
  static final String CHECKPOINT = "checkpoint";

  static final String BEFORE = "pre-checkpoint";

  private static final Pattern ENTRY = Pattern.compile("(?:\\./)?(pre-checkpoint|checkpoint)/(.*)");

  private static final Pattern IMAGE =
      Pattern.compile(
          "((pagemap|pagemap-shmem|pages|mm|core)-[0-9]{1,10}"
              + "|pstree|inventory|files|reg-files)\\.img|stats-dump");

  /** A parent that is not in the tarball gets a name that nothing has. */
  private static final Path NOWHERE = Path.of("..", "not-in-the-tarball");

  private static final int MOST_ENTRIES = 10_000_000;

  /** Headers of an entry: names, and what else is told of it. */
  private static final long MOST_HEADER_BYTES = 1 << 20;

  /** In all, with what is left out; a process has not so much memory. */
  private static final long MOST_BYTES = 1L << 44;

  private static final int BUFFER = 1 << 16;

  private final Path tarball;
  private final Path folder;
  private final byte[] buffer = new byte[BUFFER];
  private long room;
  private long bytes;
  private Optional<String> parent = Optional.empty();
  private boolean hasParentLink;

  private TarImages(Path tarball, Path folder) throws IOException {
    this.tarball = tarball;
    this.folder = folder;
    // What is left is for others.
    room = Files.getFileStore(folder).getUsableSpace() / 10 * 9;
  }

  /**
   * Extracts them.
   *
   * @param folder an empty one
   * @return the directory of the newest images in it
   * @throws SavedException if there are none, the tarball is damaged, or there is no room
   */
  static Path extract(Path tarball, Path folder) throws SavedException {
    try (InputStream expanded = Compressed.open(tarball)) {
      TarImages images = new TarImages(tarball, folder);
      images.extract(new BoundedInput(expanded));
      return images.linked();
    } catch (SavedException e) {
      throw e;
    } catch (IOException e) {
      throw new SavedException(Kind.INDEX, tarball + " is damaged, or cannot be extracted", e);
    }
  }

  private void extract(BoundedInput in) throws IOException {
    PrivateFiles.createDirectory(folder.resolve(CHECKPOINT));
    PrivateFiles.createDirectory(folder.resolve(BEFORE));
    in.allow(MOST_HEADER_BYTES);
    try (TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
      int entries = 0;
      for (TarArchiveEntry entry = next(tar); entry != null; entry = next(tar)) {
        if (entries++ == MOST_ENTRIES) {
          throw new IOException("it has more than " + MOST_ENTRIES + " entries");
        }
        in.allow(Long.MAX_VALUE);
        take(entry, tar);
        drain(tar);
        in.allow(MOST_HEADER_BYTES);
      }
    }
  }

  /** What a damaged entry makes the reader throw is no fault of this program. */
  private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar) throws IOException {
    try {
      return tar.getNextEntry();
    } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
      throw new IOException("an entry is damaged: " + e.getClass().getSimpleName(), e);
    }
  }

  private void take(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
    String name = entry.getName();
    if (name.equals(Format.STATS) || name.equals("./" + Format.STATS)) {
      take(entry, tar, folder.resolve(Format.STATS));
      return;
    }
    Matcher matcher = ENTRY.matcher(name);
    if (!matcher.matches()) {
      return;
    }
    String image = matcher.group(2);
    if (image.equals(Format.PARENT) && matcher.group(1).equals(CHECKPOINT)) {
      hasParentLink = true;
      parent = entry.isSymbolicLink() ? Optional.of(entry.getLinkName()) : Optional.empty();
    } else if (IMAGE.matcher(image).matches()) {
      take(entry, tar, folder.resolve(matcher.group(1)).resolve(image));
    }
  }

  private void take(TarArchiveEntry entry, TarArchiveInputStream tar, Path to) throws IOException {
    boolean regular =
        entry.getLinkFlag() == TarConstants.LF_NORMAL
            || entry.getLinkFlag() == TarConstants.LF_OLDNORM;
    if (!regular || entry.isSparse()) {
      throw new IOException(to.getFileName() + " is no plain file in it");
    }
    try (OutputStream out = Channels.newOutputStream(PrivateFiles.create(to))) {
      for (int read = tar.read(buffer); read >= 0; read = tar.read(buffer)) {
        count(read);
        room -= read;
        if (room < 0) {
          throw new IOException(
              "there is not enough room in "
                  + folder.getParent()
                  + ": -Djava.io.tmpdir names"
                  + " another folder");
        }
        out.write(buffer, 0, read);
      }
    } catch (FileAlreadyExistsException e) {
      throw new IOException(to.getFileName() + " is in it twice", e);
    }
  }

  private void drain(TarArchiveInputStream tar) throws IOException {
    for (int read = tar.read(buffer); read >= 0; read = tar.read(buffer)) {
      count(read);
    }
  }

  private void count(int more) throws IOException {
    bytes += more;
    if (bytes > MOST_BYTES) {
      throw new IOException("it has more than can be meant");
    }
  }

  /** Links are made here, and lead to one of the two directories or to nothing. */
  private Path linked() throws IOException {
    Path checkpoint = folder.resolve(CHECKPOINT);
    Path before = folder.resolve(BEFORE);
    boolean hasCheckpoint = hasFiles(checkpoint);
    Path newest = hasCheckpoint ? checkpoint : before;
    if (!hasCheckpoint && !hasFiles(before)) {
      throw new SavedException(
          Kind.NO_STORE, tarball + " has no images of CRIU under " + CHECKPOINT + "/");
    }
    if (hasCheckpoint && hasParentLink) {
      boolean known = parent.filter(("../" + BEFORE)::equals).isPresent() && hasFiles(before);
      Files.createSymbolicLink(
          checkpoint.resolve(Format.PARENT), known ? Path.of("..", BEFORE) : NOWHERE);
    }
    Path stats = folder.resolve(Format.STATS);
    if (Files.exists(stats) && !Files.exists(newest.resolve(Format.STATS))) {
      Files.move(stats, newest.resolve(Format.STATS));
    }
    return newest;
  }

  private static boolean hasFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isPresent();
    }
  }
}
