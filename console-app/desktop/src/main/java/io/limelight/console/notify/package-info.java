/** What deserves a word while it happens: in the window, and beyond it as alerts. */
@NullMarked
package io.limelight.console.notify;

import org.jspecify.annotations.NullMarked;
