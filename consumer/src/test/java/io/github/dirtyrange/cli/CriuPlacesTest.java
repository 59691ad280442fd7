package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.store.MadeStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What looks into saved memory looks into CRIU's image directories, too. */
class CriuPlacesTest {

  @TempDir private Path folder;
  private MadeStore made;
  private Path images;

  @BeforeEach
  void export() throws IOException {
    made = SavedStore.make();
    images = folder.resolve("images");
    Program.Outcome outcome =
        Program.run("export " + made.directory() + " --criu " + images + " --chain --holes");
    assertThat(outcome.status()).as(outcome.err()).isZero();
  }

  @AfterEach
  void close() throws IOException {
    made.close();
  }

  @Test
  void aWholeChainIsWholeAndOneWithoutItsPagesIsNot() throws IOException {
    assertThat(Program.run("verify " + images.resolve("2")).status()).isZero();
    Files.delete(images.resolve("1/pages-1.img"));
    Program.Outcome broken = Program.run("verify " + images.resolve("2"));
    assertThat(broken.status()).isEqualTo(1);
    assertThat(broken.out() + broken.err()).contains("pages-1.img");
  }

  @Test
  void itIsShownAndSearched() {
    Program.Outcome shown = Program.run("show " + images.resolve("2"));
    assertThat(shown.status()).as(shown.err()).isZero();
    assertThat(shown.out().lines().count()).isEqualTo(3);
    Program.Outcome found = Program.run("search " + images.resolve("2") + " --text name=berta");
    assertThat(found.status()).as(found.err()).isZero();
    assertThat(found.out()).contains("name=berta");
  }

  @Test
  void whatIsKnownIsTheSameAsInTheStore() {
    Program.Outcome outcome =
        Program.run("diff " + made.directory() + "@2 " + images.resolve("2") + " --json");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.json().getAsJsonObject("pages").get("changed").getAsLong()).isZero();
    assertThat(outcome.json().getAsJsonObject("pages").get("same").getAsLong()).isPositive();
  }
}
