/** Work off the screen's thread: tasks a person can watch and cancel. Knows no toolkit. */
@NullMarked
package io.limelight.console.work;

import org.jspecify.annotations.NullMarked;
