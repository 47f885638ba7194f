import sys
from journeys.suite import main
sys.exit(main(sys.argv[1:]))
