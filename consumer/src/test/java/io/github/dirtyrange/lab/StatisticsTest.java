package io.github.dirtyrange.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {

  @Test
  void medianIsTheMiddleOrBetweenTheTwoMiddleOnes() {
    assertThat(Statistics.median(List.of(9L, 1L, 5L))).isEqualTo(5);
    assertThat(Statistics.median(List.of(4L, 1L, 2L, 9L))).isEqualTo(3);
  }

  @Test
  void p99LeavesOneInAHundredAbove() {
    List<Long> oneToAHundredAndOne = LongStream.rangeClosed(1, 101).boxed().toList();
    assertThat(Statistics.p99(oneToAHundredAndOne)).isEqualTo(100);
  }

  @Test
  void nothingHasMedianZero() {
    assertThat(Statistics.median(List.<Long>of())).isZero();
    assertThat(Statistics.p99(List.<Long>of())).isZero();
  }
}
