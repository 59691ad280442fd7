package io.github.dirtyrange.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.track.ChangedPages;
import org.junit.jupiter.api.Test;

class JudgeTest {

  @Test
  void missedAndExtraPagesAreCountedApart() {
    ChangedPages written = new ChangedPages();
    written.add(10, 20);
    ChangedPages reported = new ChangedPages();
    reported.add(5, 7);
    reported.add(13, 22);
    Judge.Verdict verdict = new Judge(null).judge(reported, written, 1);
    assertThat(verdict.missed()).isEqualTo(3);
    assertThat(verdict.extra()).isEqualTo(4);
    assertThat(verdict.copiedBytes()).isZero();
  }
}
