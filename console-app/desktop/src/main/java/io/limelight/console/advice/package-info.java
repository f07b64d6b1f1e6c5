/** What can be done about a failure, in the words of what a person presses here. */
@NullMarked
package io.limelight.console.advice;

import org.jspecify.annotations.NullMarked;
