/** Software TPMs and doubles for the tests of this module. */
@NullMarked
package io.limelight.agent.testkit;

import org.jspecify.annotations.NullMarked;
