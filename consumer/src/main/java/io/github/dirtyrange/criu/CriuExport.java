package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import io.github.dirtyrange.saved.SavedMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes saved memory as image directories of CRIU, which its {@code crit} decodes. They have
 * memory, mappings and counts, and nothing that a process is restored from: no registers, no open
 * files.
 *
 * <p>A target is written aside and gets its name at the end: it is there whole, or not at all.
 */
public final class CriuExport {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final int pid;
  private final UnknownPages unknown;

  /**
   * Says of which process, and what becomes of pages that are not known.
   *
   * @param pid the number that the images are to have
   * @throws IllegalArgumentException if that is no process's number
   */
  public CriuExport(int pid, UnknownPages unknown) {
    if (pid <= 0) {
      throw new IllegalArgumentException("process " + pid);
    }
    this.pid = pid;
    this.unknown = unknown;
  }

  /**
   * Writes memory with all its pages.
   *
   * @param target the image directory, which must not be there
   * @throws SavedException if the target is there or cannot be written, or the memory cannot be
   *     read
   * @throws UnknownPageException if a page is not known and is to be refused
   */
  public Exported write(SavedMemory memory, Path target)
      throws SavedException, UnknownPageException {
    List<Exported> written =
        aside(target, aside -> List.of(generation(memory).write(aside, new Pagemap(0))));
    return new Exported(
        target, written.get(0).written(), written.get(0).inParent(), written.get(0).leftOut());
  }

  /**
   * Writes a chain: a directory for each generation, named 1, 2 and so on, with links to parents.
   *
   * @param chain each generation's parent is the one before it; so the first one gets all its pages
   * @param target the directory of directories, which must not be there
   * @throws SavedException if the target is there or cannot be written, or the memory cannot be
   *     read
   * @throws UnknownPageException if a page is not known and is to be refused
   */
  public List<Exported> writeChain(List<? extends SavedMemory> chain, Path target)
      throws SavedException, UnknownPageException {
    return aside(
        target,
        aside -> {
          PrivateFiles.createDirectory(aside);
          List<Exported> all = new ArrayList<>();
          Pagemap parent = new Pagemap(0);
          for (SavedMemory memory : chain) {
            String name = Integer.toString(all.size() + 1);
            GenerationExport export = generation(memory);
            Exported each = export.write(aside.resolve(name), parent);
            if (!all.isEmpty()) {
              Path link = aside.resolve(name).resolve(Format.PARENT);
              Files.createSymbolicLink(link, Path.of("..", Integer.toString(all.size())));
              PrivateFiles.force(aside.resolve(name));
            }
            all.add(
                new Exported(
                    target.resolve(name), each.written(), each.inParent(), each.leftOut()));
            parent = export.pagemap();
          }
          PrivateFiles.force(aside);
          return all;
        });
  }

  private GenerationExport generation(SavedMemory memory) throws SavedException {
    if (memory.pageSize() != Format.PAGE) {
      throw new SavedException(
          Kind.INDEX,
          memory.title()
              + " has pages of "
              + memory.pageSize()
              + " bytes, and CRIU's images have pages of "
              + Format.PAGE);
    }
    return new GenerationExport(memory, pid, unknown);
  }

  /** What writes a directory. */
  @FunctionalInterface
  private interface Writing {
    List<Exported> write(Path aside) throws IOException;
  }

  private static List<Exported> aside(Path target, Writing writing)
      throws SavedException, UnknownPageException {
    requireNothing(target);
    Path aside =
        target.resolveSibling(
            "." + target.getFileName() + ".aside-" + Integer.toHexString(RANDOM.nextInt()));
    try (PrivateFolder folder = PrivateFolder.at(aside)) {
      List<Exported> written = writing.write(folder.path());
      requireNothing(target);
      Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
      PrivateFiles.force(folder(target));
      return written;
    } catch (SavedException | UnknownPageException e) {
      throw e;
    } catch (IOException e) {
      throw new SavedException(Kind.DISK, target + " cannot be written", e);
    }
  }

  private static Path folder(Path target) {
    Path parent = target.toAbsolutePath().normalize().getParent();
    return parent == null ? target : parent;
  }

  private static void requireNothing(Path target) throws SavedException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new SavedException(
          Kind.NO_STORE, target + " is there already: name a directory that is not");
    }
  }
}
