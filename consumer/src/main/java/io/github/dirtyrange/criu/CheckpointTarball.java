package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.SavedDirectory;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A tarball that podman made of a checkpoint, with CRIU's images in it, compressed with gzip, zstd
 * or not at all. The images are extracted while it is open, into a folder that nobody else may
 * enter; so there must be room for them where {@code java.io.tmpdir} says.
 */
public final class CheckpointTarball implements SavedDirectory {

  private static final int MAGIC_AT = 257;
  private static final byte[] MAGIC = "ustar".getBytes(StandardCharsets.US_ASCII);

  private final Path tarball;
  private final PrivateFolder folder;
  private final CriuDirectory images;

  private CheckpointTarball(Path tarball, PrivateFolder folder, CriuDirectory images) {
    this.tarball = tarball;
    this.folder = folder;
    this.images = images;
  }

  /** {@return whether a file is a tarball; whether there are images in it is not looked at} */
  public static boolean isOne(Path path) {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (InputStream in = Compressed.open(path)) {
      byte[] header = in.readNBytes(MAGIC_AT + MAGIC.length);
      return header.length == MAGIC_AT + MAGIC.length
          && Arrays.equals(MAGIC, Arrays.copyOfRange(header, MAGIC_AT, header.length));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Opens one, and extracts its images.
   *
   * @throws SavedException if there are none, the tarball is damaged, or there is no room for them
   */
  public static CheckpointTarball open(Path tarball) throws SavedException {
    PrivateFolder folder = folder();
    try {
      Path newest = TarImages.extract(tarball, folder.path());
      return new CheckpointTarball(tarball, folder, CriuDirectory.open(newest));
    } catch (SavedException e) {
      try {
        folder.close();
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  private static PrivateFolder folder() throws SavedException {
    try {
      return PrivateFolder.create();
    } catch (IOException e) {
      throw new SavedException(
          Kind.DISK, "there is no folder to extract to: -Djava.io.tmpdir names one", e);
    }
  }

  /**
   * Verifies the images in a tarball, whatever is in it.
   *
   * @return what is wrong; empty if nothing is. Never throws on damage
   */
  public static List<SavedFault> verify(Path tarball) {
    try (CheckpointTarball open = open(tarball)) {
      return CriuVerifier.verify(open.images).stream().map(open::inTarball).toList();
    } catch (SavedException e) {
      return List.of(SavedFault.of(e.kind(), String.valueOf(e.getMessage())));
    }
  }

  /** The folder is gone when this is read. */
  private SavedFault inTarball(SavedFault fault) {
    return new SavedFault(
        fault.kind(),
        fault.number(),
        fault.id(),
        fault.mapping(),
        fault.vpn(),
        fault.sentence().replace(folder.path().toString(), tarball.toString()));
  }

  @Override
  public Path directory() {
    return tarball;
  }

  @Override
  public List<CriuMemory> memories() {
    return images.memories();
  }

  /** {@return what is wrong with the images that are left out} */
  public List<SavedFault> damaged() {
    return images.damaged().stream().map(this::inTarball).toList();
  }

  /** {@return what it has that is not shown: a line each} */
  public List<String> notShown() {
    return images.notShown();
  }

  /** Ends reading, and deletes what was extracted. */
  @Override
  public void close() throws SavedException {
    images.close();
    try {
      folder.close();
    } catch (IOException e) {
      throw new SavedException(Kind.DISK, folder.path() + " cannot be deleted", e);
    }
  }
}
