package io.github.dirtyrange.linux;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Folders of the build, which lie on a disk: the folder for temporary files may be a tmpfs. Where
 * the build does not, the test is skipped.
 */
public final class OnDisk implements TempDirFactory {

  @Override
  public Path createTempDirectory(AnnotatedElementContext place, ExtensionContext test)
      throws IOException {
    Path build = Files.createDirectories(Path.of("target").toAbsolutePath());
    assumeFalse(
        Files.getFileStore(build).type().equals("tmpfs"), "the folder of the build is a tmpfs");
    return Files.createTempDirectory(build, "disk");
  }
}
