package io.github.dirtyrange.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every page can be reached, and every link leads somewhere. */
class PagesTest {

  private static final Path HOME = Path.of("..");
  private static final Path README = HOME.resolve("README.md");

  /** A link in Markdown to a file of ours, a heading, or both. */
  private static final Pattern LINK =
      Pattern.compile("\\]\\((?!http)([^)#\\s]*)(?:#([^)\\s]*))?\\)");

  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

  @BeforeAll
  static void needPages() {
    assumeTrue(Files.exists(README), "the pages are not beside this module");
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(HOME.resolve("docs"))) {
      List<Path> pages =
          new ArrayList<>(docs.filter(page -> page.toString().endsWith(".md")).toList());
      pages.add(README);
      return pages;
    }
  }

  @Test
  void theReadmeNamesEveryPage() throws IOException {
    String readme = Files.readString(README);
    for (Path page : pages()) {
      if (!page.equals(README)) {
        assertThat(readme).contains("(docs/" + page.getFileName() + ")");
      }
    }
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    int links = 0;
    for (Path page : pages()) {
      List<MatchResult> found = LINK.matcher(Files.readString(page)).results().toList();
      for (MatchResult link : found) {
        check(page, link.group(1), link.group(2));
      }
      links += found.size();
    }
    assertThat(links).isGreaterThan(50);
  }

  private static void check(Path page, String file, String heading) throws IOException {
    Path target = file.isEmpty() ? page : page.resolveSibling(file);
    assertThat(target).as("%s links to %s", page, file).exists();
    if (heading != null) {
      List<String> anchors =
          HEADING.matcher(Files.readString(target)).results().map(PagesTest::anchor).toList();
      assertThat(anchors).as("%s links to %s", page, target).contains(heading);
    }
  }

  /** As GitHub makes them: small letters, no punctuation, dashes for spaces. */
  private static String anchor(MatchResult heading) {
    return heading
        .group(1)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\w\\- ]", "")
        .strip()
        .replace(' ', '-');
  }
}
