package io.github.dirtyrange.linux.queue;
