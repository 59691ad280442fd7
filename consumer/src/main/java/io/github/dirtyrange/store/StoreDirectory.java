package io.github.dirtyrange.store;

import com.sun.security.auth.module.UnixSystem;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.zip.CRC32C;

/** The directory that a store is: whose it is, its marker, and what is in it. */
final class StoreDirectory {

  private static final int OTHERS_WRITE = 0022;
  private static final int OTHERS = 0077;
  private static final int STICKY = 01000;
  private static final int ROOT = 0;
  private static final int MARKER_BYTES = 16;
  private static final int CHECKED_BYTES = 12;

  private StoreDirectory() {}

  /**
   * Checks that nobody else can change a store.
   *
   * @throws SavedException if it is no directory, is somebody else's, or may be written by others
   */
  static void requireSafe(Path directory) throws SavedException {
    if (Files.isSymbolicLink(directory)) {
      throw new SavedException(
          Kind.NO_STORE, directory + " is a symbolic link: name the directory itself");
    }
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      throw new SavedException(Kind.NO_STORE, directory + " is no directory: name a store's");
    }
    if (owner(directory) != new UnixSystem().getUid()) {
      throw new SavedException(
          Kind.PERMISSIONS, directory + " belongs to somebody else: run as its owner");
    }
    if ((mode(directory) & OTHERS_WRITE) != 0) {
      throw new SavedException(
          Kind.PERMISSIONS, directory + " may be written by others: chmod 0700 it");
    }
    requireSafeParent(directory);
  }

  /** In a sticky directory, as /tmp is, others cannot take ours away. */
  static void requireSafeParent(Path directory) throws SavedException {
    Path parent = directory.toAbsolutePath().normalize().getParent();
    if (parent == null) {
      return;
    }
    long owner = owner(parent);
    if (owner != new UnixSystem().getUid() && owner != ROOT) {
      throw new SavedException(
          Kind.PERMISSIONS,
          parent + " belongs to somebody else: put the store into a directory of yours");
    }
    int mode = mode(parent);
    if ((mode & OTHERS_WRITE) != 0 && (mode & STICKY) == 0) {
      throw new SavedException(
          Kind.PERMISSIONS,
          parent + " may be written by others: chmod go-w it, or put the store elsewhere");
    }
  }

  /** {@return whether others may do anything with a file} */
  static boolean isOpenToOthers(Path path) throws SavedException {
    Map<String, Object> attributes = attributes(path, LinkOption.NOFOLLOW_LINKS);
    return (number(attributes, "mode") & OTHERS) != 0
        || owner(attributes) != new UnixSystem().getUid();
  }

  private static int mode(Path path) throws SavedException {
    return number(attributes(path), "mode");
  }

  private static long owner(Path path) throws SavedException {
    return owner(attributes(path));
  }

  private static long owner(Map<String, Object> attributes) {
    return Integer.toUnsignedLong(number(attributes, "uid"));
  }

  private static int number(Map<String, Object> attributes, String name) {
    return (int) Objects.requireNonNull(attributes.get(name));
  }

  private static Map<String, Object> attributes(Path path, LinkOption... options)
      throws SavedException {
    try {
      return Files.readAttributes(path, "unix:mode,uid", options);
    } catch (IOException e) {
      throw new SavedException(Kind.DISK, path + " cannot be looked at", e);
    }
  }

  /** {@return whether there is nothing but what a writer leaves that was stopped at once} */
  static boolean isNew(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!name.equals(StoreFormat.LOCK) && !name.startsWith(StoreFormat.ASIDE)) {
          return false;
        }
      }
      return true;
    }
  }

  /** Makes a directory a store: from the moment on at which its marker is there. */
  static void mark(Path directory, StoreFiles files) throws IOException {
    ByteBuffer marker = ByteBuffer.allocate(MARKER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    marker.put(StoreFormat.markerMagic()).putInt(StoreFormat.VERSION);
    marker.putInt(crc(marker.array())).flip();
    Path aside = directory.resolve(StoreFormat.ASIDE + StoreFormat.MARKER);
    try (StoreFiles.Output out = files.create(aside)) {
      out.write(marker);
      out.force();
    }
    files.rename(aside, directory.resolve(StoreFormat.MARKER));
    files.force(directory);
  }

  private static int crc(byte[] marker) {
    CRC32C crc = new CRC32C();
    crc.update(marker, 0, CHECKED_BYTES);
    return (int) crc.getValue();
  }

  /**
   * Reads the marker.
   *
   * @throws SavedException if there is none, or it is damaged or of another version
   */
  static void requireMarker(Path directory) throws SavedException {
    byte[] bytes = marker(directory);
    byte[] magic = StoreFormat.markerMagic();
    if (!Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length)) {
      throw noStore(directory);
    }
    ByteBuffer marker = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int version = marker.getInt(magic.length);
    if (marker.getInt(CHECKED_BYTES) != crc(bytes)) {
      throw new SavedException(
          Kind.NO_STORE, directory.resolve(StoreFormat.MARKER) + " is damaged: its checksum");
    }
    if (version != StoreFormat.VERSION) {
      throw new SavedException(Kind.VERSION, versionRefused(directory, version));
    }
  }

  static String versionRefused(Object what, int version) {
    return what
        + " is of version "
        + Integer.toUnsignedString(version)
        + "; this program reads version "
        + StoreFormat.VERSION
        + ": use a newer one";
  }

  private static byte[] marker(Path directory) throws SavedException {
    Path file = directory.resolve(StoreFormat.MARKER);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw noStore(directory);
    }
    try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(MARKER_BYTES + 1);
      if (bytes.length != MARKER_BYTES) {
        throw new SavedException(
            Kind.NO_STORE, file + " is damaged: it does not have " + MARKER_BYTES + " bytes");
      }
      return bytes;
    } catch (SavedException e) {
      throw e;
    } catch (IOException e) {
      throw new SavedException(Kind.DISK, file + " cannot be read", e);
    }
  }

  private static SavedException noStore(Path directory) {
    return new SavedException(
        Kind.NO_STORE, directory + " is no store: name one, or a new or empty directory");
  }

  /** {@return whether there is a marker or a generation, damaged or not} */
  static boolean isOne(Path directory) {
    if (Files.exists(directory.resolve(StoreFormat.MARKER), LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (StoreFormat.DIRECTORY.matcher(entry.getFileName().toString()).matches()) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      return e instanceof AccessDeniedException; // who opens it is told why that is refused
    }
  }

  /** {@return the numbers that directories of generations have, ascending} */
  static List<Long> numbers(Path directory) throws SavedException {
    List<Long> numbers = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        Matcher name = StoreFormat.DIRECTORY.matcher(entry.getFileName().toString());
        if (name.matches()) {
          numbers.add(Long.parseLong(name.group(1)));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new SavedException(Kind.DISK, directory + " cannot be listed: " + e.getMessage());
    }
    numbers.sort(null);
    return numbers;
  }

  /** Removes what a writer began and did not end. */
  static void sweep(Path directory, StoreFiles files) throws IOException {
    List<Path> left = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(directory, StoreFormat.ASIDE + "*")) {
      entries.forEach(left::add);
    }
    for (Path path : left) {
      files.delete(path);
    }
  }
}
