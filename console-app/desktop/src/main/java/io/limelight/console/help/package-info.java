/** Help for each page: what it is for, what its words mean, its keys, and where there is more. */
@NullMarked
package io.limelight.console.help;

import org.jspecify.annotations.NullMarked;
