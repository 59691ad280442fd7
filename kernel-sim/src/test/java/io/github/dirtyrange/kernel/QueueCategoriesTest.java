package io.github.dirtyrange.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueueCategoriesTest {

  @Test
  void theyAreNamed() {
    assertThat(new QueueCategories(Categories.SOFT_DIRTY | Categories.PRESENT, 0))
        .hasToString("changed PRESENT|SOFT_DIRTY, now none");
  }
}
