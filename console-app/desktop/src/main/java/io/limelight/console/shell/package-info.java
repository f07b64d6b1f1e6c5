/** The window: band, navigation, pages, tasks, palette. */
@NullMarked
package io.limelight.console.shell;

import org.jspecify.annotations.NullMarked;
