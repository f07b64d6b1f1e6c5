/** Which keys do what: every act that has keys, in one table that a person may change. */
@NullMarked
package io.limelight.console.keys;

import org.jspecify.annotations.NullMarked;
